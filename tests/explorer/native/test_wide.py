"""Parts of long values at places that are known only when the code runs: the same as shifts of Python's integers."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import pytest
from hypothesis import given, strategies as st

from indoubt.explorer.backends.native.bits import Bits, const
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.llvm import link

SHAPES = [(65, 1), (100, 3), (128, 8), (130, 64), (200, 40), (216, 1), (512, 5), (513, 7), (70, 65)]
"""Widths of values and of their parts: up to the words that are looked at one by one, and beyond."""
IN_MEMORY, IN_REGISTERS = "memory", "registers"


@cache
def reader(width: int, part: int, where: str) -> Any:
    """`read(value, place)`: the part at a place, cut to a word; `value` is where the words of the value are."""
    b = Builder()
    value = whole(b, width)
    if where == IN_REGISTERS:
        value = b.binary("xor", value, const((1 << width) - 1, width))
    else:
        b.comes_from(value, "%memory", 0)
    b.leave(f"i64 {b.resized(b.part_at(value, Bits('%place', 32), part), 64).text}")
    library = link([b.text("define i64 @read(ptr %memory, i32 %place)")], ["read"])
    return library, library.function("read", ctypes.c_void_p, ctypes.c_uint32)


@cache
def writer(width: int, part: int) -> Any:
    """`write(value, place, part)`: another part at a place."""
    b = Builder()
    value = whole(b, width)
    changed = b.with_part(value, Bits("%place", 32), b.resized(Bits("%part", 64), part))
    words = -(-width // 64)
    for number in range(words):
        share = b.part(changed, 64 * number, min(64, width - 64 * number))
        b.put_word(b.resized(share, 64), "%result", number)
    b.leave("i64 0")
    header = "define i64 @write(ptr %memory, ptr %result, i32 %place, i64 %part)"
    library = link([b.text(header)], ["write"])
    return library, library.function("write", *[ctypes.c_void_p] * 2, ctypes.c_uint32, ctypes.c_uint64)


def whole(b: Builder, width: int) -> Bits:
    """The value in memory."""
    found = const(0, width)
    for number in range(-(-width // 64)):
        word = b.resized(b.word("%memory", number), width)
        found = b.binary("or", found, b.binary("shl", word, const(64 * number, width)))
    return found


def words_of(value: int, width: int) -> Any:
    """A value in memory, with nothing behind it."""
    count = -(-width // 64)
    return (ctypes.c_uint64 * count)(*[value >> 64 * number & (1 << 64) - 1 for number in range(count)])


@pytest.mark.parametrize("where", [IN_MEMORY, IN_REGISTERS])
@pytest.mark.parametrize(("width", "part"), SHAPES)
@given(data=st.data())
def test_a_part_is_found(width: int, part: int, where: str, data: st.DataObject) -> None:
    """Wherever it is, across the end of a word too."""
    value = data.draw(st.integers(0, (1 << width) - 1))
    place = data.draw(st.integers(0, width // part - 1))
    _, read = reader(width, part, where)
    seen = value if where == IN_MEMORY else value ^ ((1 << width) - 1)
    wanted = seen >> place * part & (1 << part) - 1 & (1 << 64) - 1
    memory = words_of(value, width)
    assert read(ctypes.addressof(memory), place) == wanted


@pytest.mark.parametrize(("width", "part"), SHAPES)
@given(data=st.data())
def test_a_part_is_replaced(width: int, part: int, data: st.DataObject) -> None:
    """And the others stay."""
    value = data.draw(st.integers(0, (1 << width) - 1))
    place = data.draw(st.integers(0, width // part - 1))
    new = data.draw(st.integers(0, (1 << min(part, 64)) - 1))
    _, write = writer(width, part)
    memory, result = words_of(value, width), words_of(0, width)
    write(ctypes.addressof(memory), ctypes.addressof(result), place, new)
    wanted = value & ~(((1 << part) - 1) << place * part) | new << place * part
    assert list(result) == list(words_of(wanted, width))


def test_a_place_beyond_a_value_reads_nothing_else() -> None:
    """It may be computed where nobody needs it; memory behind the value is not looked at."""
    _, read = reader(130, 1, IN_MEMORY)
    page = words_of((1 << 130) - 1, 130)
    for place in (131, 4_000, (1 << 31) - 1, (1 << 32) - 1):
        assert read(ctypes.addressof(page), place) in (0, 1)

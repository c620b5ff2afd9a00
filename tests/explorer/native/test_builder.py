"""What the writer of LLVM remembers, so that nothing is computed twice in one place, and what it has to forget."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

from indoubt.explorer.backends.native.bits import Bits, const
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.llvm import link

GIVEN = Bits("%given", 64)


def test_a_cell_that_a_branch_writes_is_read_anew() -> None:
    """Behind the branch it may hold either value."""
    b = Builder()
    cell = b.cell(64, const(1, 64))
    assert b.load(cell) == const(1, 64)
    with b.when(b.compare("eq", GIVEN, const(7, 64))):
        b.store(const(2, 64), cell)
        assert b.load(cell) == const(2, 64)
    b.leave(f"i64 {b.load(cell).text}")
    function = _compiled(b)
    assert [function(given) for given in (6, 7)] == [1, 2]


def test_a_cell_is_read_anew_in_every_round_of_a_loop() -> None:
    """What was known in front of the loop is true of its first round only."""
    b = Builder()
    total = b.cell(64, const(0, 64))
    with b.repeated_up_to(b.resized(GIVEN, 32)) as number:
        b.store(b.binary("add", b.load(total), b.resized(number, 64)), total)
    b.leave(f"i64 {b.load(total).text}")
    function = _compiled(b)
    assert [function(given) for given in (0, 1, 5)] == [0, 0, 10]


def test_what_a_branch_computes_is_not_known_behind_it() -> None:
    """It is computed once more there; what was computed before the branch is not."""
    b = Builder()
    before = b.binary("add", GIVEN, const(1, 64))
    with b.when(b.compare("eq", GIVEN, const(7, 64))):
        inside = b.binary("mul", GIVEN, const(3, 64))
        assert b.binary("mul", GIVEN, const(3, 64)) == inside
    behind = b.binary("mul", GIVEN, const(3, 64))
    assert behind != inside
    assert b.binary("add", GIVEN, const(1, 64)) == before
    b.leave(f"i64 {b.binary('add', behind, before).text}")
    assert _compiled(b)(7) == 29


def test_only_the_top_of_a_loop_is_gone_back_to() -> None:
    """For elsewhere, cells are taken to hold what they held on the way there."""
    b = Builder()
    label = b.fresh("again")
    b.place(label)
    with pytest.raises(AssertionError, match="is the top of a loop"):
        b.jump(label)


@pytest.mark.parametrize(("width", "expected"), [(8, 0x34), (16, 0x1234), (64, 0x1234), (4, 0x4)])
def test_a_value_that_is_cut_and_widened_again_stays_what_it_is(width: int, expected: int) -> None:
    """Cutting twice is cutting once, and what was widened is cut where it was."""
    b = Builder()
    cut = b.resized(GIVEN, 16)
    b.leave(f"i64 {b.resized(b.resized(b.resized(cut, 48), width), 64).text}")
    assert _compiled(b)(0xABC1234) == expected


def test_a_shift_beyond_the_width_is_some_value_and_does_no_harm() -> None:
    """It is computed where nobody needs it; the branch that leaves it out must stay."""
    b = Builder()
    small = b.compare("ult", GIVEN, const(8, 64))
    bit = b.resized(b.binary("lshr", b.resized(GIVEN, 8), b.resized(GIVEN, 8)), 1)
    cell = b.cell(64, const(1, 64))
    with b.when(b.binary("and", small, bit)):
        b.store(const(2, 64), cell)
    b.leave(f"i64 {b.load(cell).text}")
    function = _compiled(b)
    assert [function(given) for given in (200, 8, 0, 3)] == [1, 1, 1, 1]
    assert "freeze" in b.text("define i64 @computed(i64 %given)")


def _compiled(builder: Builder) -> Any:
    text = builder.text("define i64 @computed(i64 %given)")
    library = link([text], ["computed"])
    function = library.function("computed", ctypes.c_uint64)
    function.library = library
    return function

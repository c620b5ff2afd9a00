"""The dialect of the kernels: LLVM and Python compute the same, and what is not in it is refused with its place."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from indoubt.explorer.backends.native import llvm
from indoubt.explorer.backends.native.dialect import (
    Kernel,
    bind,
    compare_and_swap,
    constant,
    defined_elsewhere,
    external,
    fetch_and_add,
    fixed64,
    fixed_ptr,
    kernel,
    load8,
    load32,
    load64,
    load_acquire,
    load_ptr,
    mulhi,
    prefetch,
    ptr,
    rare,
    store8,
    store32,
    store64,
    store_ptr,
    store_release,
    u64,
    wrapping_add,
    wrapping_mul,
)
from indoubt.explorer.backends.native.kernel_values import KernelError
from indoubt.explorer.backends.native.lowering import lower

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# pyright: basic

WIDTH: u64 = constant()
LIMIT = 5
missing: Any = "no number"


def nowhere(value: int = 0) -> int:
    """No kernel."""
    return value


@kernel
def arithmetic(a: u64, b: u64) -> u64:
    """Every operator, where it stays within a word."""
    low = (a & 0xFFFF) + 1
    total = (a >> 1) + (b >> 1)
    total = total ^ (a % low) * (b // low % 1024)
    total |= (b & 0xFF) << WIDTH
    return wrapping_add(mulhi(a, b), wrapping_mul(total, b)) - 0


@kernel
def conditions(a: u64, b: u64) -> u64:
    """Comparisons are unsigned, `and` and `or` stop early, a choice computes one side."""
    score = 0
    if a < b or (a == b and not a > 7):
        score += 1
    if a <= b and a != LIMIT:
        score += 2
    elif b >= LIMIT:
        score += 4
    else:
        score += 8
    is_even = a % 2 == 0
    if is_even and WIDTH == 3:
        score += 16
    return score * (a // b if b != 0 else 1) & 0xFFFF


@kernel
def loops(count: u64, step: u64) -> u64:
    """`while`, `break`, `continue`, and a loop that only `return` leaves."""
    total = 0
    number = 0
    while number < count % 100:
        number += 1
        if number % 3 == 0:
            continue
        if total > 500:
            break
        total += number * (step & 7)
    while True:
        if total % 7 == WIDTH:
            return total
        total += 1


@kernel
def memory(place: ptr, value: u64) -> u64:
    """Every width, addresses, and the operations of threads."""
    store64(place, value)
    store8(place + 8, value)
    store32(place + 12, value)
    store_ptr(place + 16, place)
    prefetch(load_ptr(place + 16))
    total = load8(place) + load32(place + 12) + load8(fixed_ptr(place + 16) + 1)
    seen = compare_and_swap(place + 24, 0, value)
    seen = wrapping_add(seen, compare_and_swap(place + 24, 0, 1))
    seen = wrapping_add(seen, fetch_and_add(place + 24, value))
    store_release(place + 32, 77)
    note(place + 40, helper(value))
    return wrapping_add(wrapping_add(total, seen), load_acquire(place + 32) + fixed64(place + 40) + load64(place + 8))


@kernel
def helper(value: u64) -> u64:
    """Called by `memory`."""
    return value % 1000 + twice(LIMIT)


@rare
def note(place: ptr, value: u64) -> None:
    """Returns nothing."""
    if value > 900:
        store64(place, 1)
        return
    store64(place, value)


@external
def twice(value: u64) -> u64:
    """Defined by another text."""
    defined_elsewhere()


TWICE = "define i64 @twice(i64 %x) {\n  %y = shl i64 %x, 1\n  ret i64 %y\n}\n"
KERNELS: tuple[Kernel[..., Any], ...] = (arithmetic, conditions, loops, memory)
CONSTANTS = {"WIDTH": 3}


@cache
def machine_code() -> dict[str, Callable[..., int]]:
    """The kernels compiled."""
    library = llvm.link([lower(KERNELS, CONSTANTS), TWICE], [one.name for one in KERNELS])
    kept = {one.name: library.function(one.name, ctypes.c_uint64, ctypes.c_uint64) for one in KERNELS}
    return {**kept, "": lambda: id(library)}


@cache
def plain() -> dict[str, Callable[..., int]]:
    """The kernels as plain Python."""
    return bind(KERNELS, CONSTANTS, {"twice": lambda value: 2 * value})


WORDS = st.one_of(st.integers(0, 12), st.integers(0, (1 << 64) - 1), st.sampled_from([1 << 63, (1 << 64) - 1]))


@pytest.mark.parametrize("name", ["arithmetic", "conditions", "loops"])
@given(a=WORDS, b=WORDS)
def test_llvm_and_python_compute_the_same(name: str, a: int, b: int) -> None:
    """One function, two meanings."""
    assert machine_code()[name](a, b) == plain()[name](a, b)


@given(value=WORDS)
def test_llvm_and_python_write_the_same(value: int) -> None:
    """Loads and stores of every width leave the same bytes; only the address itself differs."""
    seen = []
    for kernels in (machine_code(), plain()):
        place = (ctypes.c_uint64 * 6)()
        assert ctypes.addressof(place) % 8 == 0
        result = kernels["memory"](ctypes.addressof(place), value)
        assert place[2] == ctypes.addressof(place)
        byte = ctypes.addressof(place) >> 8 & 0 or value >> 8 & 0xFF
        seen.append((result, byte, *place[:2], *place[3:]))
    assert seen[0] == seen[1]


@kernel
def lists(a: u64) -> u64:
    """Wrong: a list."""
    b = [a]
    return b[0]


@kernel
def loops_over(a: u64) -> u64:
    """Wrong: `for`."""
    for _ in range(a):
        pass
    return a


@kernel
def mixes(a: u64, p: ptr) -> u64:
    """Wrong: an address is no number."""
    return a + p


@kernel
def changes_kind(a: u64) -> u64:
    """Wrong: a name has one kind."""
    a = a == 1
    return 0


@kernel
def forgets(a: u64) -> u64:  # type: ignore[return]
    """Wrong: one way has no result."""
    if a == 1:
        return 2


@kernel
def unknown(a: u64) -> u64:
    """Wrong: a name from nowhere."""
    return int(a + missing)


@kernel
def calls_python(a: u64) -> u64:
    """Wrong: a function of Python."""
    return max(a, 1)


@kernel
def too_few(a: u64) -> u64:
    """Wrong: an argument is missing."""
    return mulhi(a)  # type: ignore[call-arg]


@kernel
def unannotated(a) -> u64:
    """Wrong: of what kind?"""
    return int(a)


@kernel
def negative(a: u64) -> u64:
    """Wrong: there are no numbers below zero."""
    return a & (3 - LIMIT)


@pytest.mark.parametrize(
    ("one", "line", "problem"),
    [
        (lists, "b = [a]", "no expression of a kernel: [a]"),
        (loops_over, "for _", "no statement of a kernel: for _ in range(a):"),
        (mixes, "return a + p", "no operation on u64 and ptr: a + p"),
        (changes_kind, "a = a == 1", "`a` is u64, and this is bool"),
        (forgets, "def forgets", "`forgets` may end without a result"),
        (unknown, "return int(a + missing)", "`missing` is neither a local name nor a constant"),
        (calls_python, "return max", "`max` is neither a kernel nor a builtin"),
        (too_few, "return mulhi(a)", "`mulhi` takes (u64, u64), and this is (u64)"),
        (unannotated, "def unannotated", "`a` is annotated with nothing, and has to be one of u64, ptr, bool"),
        (negative, "return a & (3", "-2 is no unsigned word of 64 bits"),
    ],
)
def test_what_is_not_in_the_dialect_is_refused_with_its_place(one: Kernel[..., Any], line: str, problem: str) -> None:
    """The message begins with file, line and column."""
    with pytest.raises(KernelError) as caught:
        lower([one], CONSTANTS)
    place, _, told = str(caught.value).partition(": ")
    assert told == problem
    file, number, _column = place.rsplit(":", 2)
    text = Path(file).read_text(encoding="utf-8")
    assert text.splitlines()[int(number) - 1].strip().startswith(line)


@kernel
def branches(a: u64) -> u64:
    """One side has no meaning."""
    if WIDTH == 4:
        return nowhere(a)
    return a if WIDTH != 4 else nowhere(a)


def test_a_branch_on_a_constant_keeps_one_side() -> None:
    """What only the other side calls is not looked at."""
    assert "br i1" not in lower([branches], {"WIDTH": 3})
    with pytest.raises(KernelError, match="`nowhere` is neither a kernel nor a builtin"):
        lower([branches], {"WIDTH": 4})


def test_what_is_not_given_is_missed() -> None:
    """A constant without a value, and an external function without one."""
    with pytest.raises(ValueError, match="no value is given for WIDTH"):
        bind([loops], {}, {})
    with pytest.raises(KernelError, match="`WIDTH` is neither a local name nor a constant"):
        lower([loops], {})
    with pytest.raises(LookupError, match="give `bind` one"):
        bind([helper], CONSTANTS, {})["helper"](1)

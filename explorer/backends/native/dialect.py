"""The small typed Python in which the kernels of the search are written.

A kernel is a function marked with `@kernel`. Its values are unsigned words of 64 bits (`u64`), addresses (`ptr`) and
truth values (`bool`); it has assignments to names, `if`, `while`, `break`, `continue`, `return`, the operators
`+ - * // % & | ^ << >>`, comparisons, `and`, `or`, `not`, `a if c else b`, and calls of other kernels and of the
builtins below. `lowering.py` turns it into LLVM; the same functions run as plain Python on the same memory.

Arithmetic must stay within 64 bits and never fall below zero, so that both meanings agree; where it wraps, it is named
(`wrapping_add`, `wrapping_mul`). A module that says `W: u64 = constant()` has a constant W, whose value is given when
its kernels are lowered or bound.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Generic, NoReturn, ParamSpec, TypeAlias, TypeVar

u64: TypeAlias = int
"""A word: 0 to 2**64 - 1."""
ptr: TypeAlias = int
"""An address; adding a `u64` moves it by as many bytes."""

MASK = (1 << 64) - 1
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class Kernel(Generic[P, R]):
    """A function of the dialect. Called, it runs as plain Python."""

    function: Callable[P, R]
    is_external: bool = False
    is_rare: bool = False

    @property
    def name(self) -> str:
        """What it is called, in LLVM too."""
        return self.code().__name__

    def code(self) -> FunctionType:
        """The function, as an object that has its source and its globals."""
        assert isinstance(self.function, FunctionType)
        return self.function

    def __call__(self, *arguments: P.args, **named: P.kwargs) -> R:
        """Run as plain Python."""
        return self.function(*arguments, **named)


class Given(int):
    """Stands for a constant whose value is not given yet."""


def constant() -> u64:
    """Declare a constant."""
    return Given()


def kernel(function: Callable[P, R]) -> Kernel[P, R]:
    """A function of the dialect."""
    return Kernel(function)


def rare(function: Callable[P, R]) -> Kernel[P, R]:
    """A kernel that is seldom called, and therefore never copied into its callers."""
    return Kernel(function, is_rare=True)


def external(function: Callable[P, R]) -> Kernel[P, R]:
    """The declaration of a function that another text defines; its body is a docstring and `defined_elsewhere()`."""
    return Kernel(function, is_external=True)


def defined_elsewhere() -> NoReturn:
    """The body of an external function in plain Python, where `bind` was not given what stands for it."""
    raise LookupError("an external function has no body here; give `bind` one among its `externals`")


def bind(
    kernels: Iterable[Kernel[..., Any]], constants: Mapping[str, int], externals: Mapping[str, Callable[..., Any]]
) -> dict[str, Callable[..., Any]]:
    """The kernels and those they need as plain Python, by name, with constants and external functions put in."""
    spaces: dict[str, dict[str, Any]] = {}
    bound: dict[str, Callable[..., Any]] = dict(externals)
    waiting = list(kernels)
    while waiting:
        code = waiting.pop().code()
        if code.__module__ not in spaces:
            spaces[code.__module__] = {**code.__globals__, **constants}
            waiting += [value for value in code.__globals__.values() if isinstance(value, Kernel)]
        bound.setdefault(code.__name__, FunctionType(code.__code__, spaces[code.__module__], code.__name__))
    for space in spaces.values():
        lacking = sorted(name for name, value in space.items() if isinstance(value, Given))
        if lacking:
            raise ValueError(f"no value is given for {', '.join(lacking)}")
        space.update({name: bound[value.name] for name, value in space.items() if isinstance(value, Kernel)})
    return bound


# ---- builtins: what each does in plain Python; lowering.py has what each is in LLVM


def load8(address: ptr) -> u64:
    """The byte at an address."""
    return ctypes.c_uint8.from_address(address).value


def load32(address: ptr) -> u64:
    """The 32-bit word at an address."""
    return ctypes.c_uint32.from_address(address).value


def load64(address: ptr) -> u64:
    """The word at an address."""
    return ctypes.c_uint64.from_address(address).value


def load_ptr(address: ptr) -> ptr:
    """The address that is kept at an address."""
    return load64(address)


def fixed64(address: ptr) -> u64:
    """The same as `load64`, of a word that nobody changes while the kernel runs."""
    return load64(address)


def fixed_ptr(address: ptr) -> ptr:
    """The same as `load_ptr`, of an address that nobody changes while the kernel runs."""
    return load64(address)


def load_acquire(address: ptr) -> u64:
    """The word at an address that other threads write; what they wrote before it is seen from now on."""
    return load64(address)


def store8(address: ptr, value: u64) -> None:
    """Write the lowest 8 bits of a word."""
    ctypes.c_uint8.from_address(address).value = value & 0xFF


def store32(address: ptr, value: u64) -> None:
    """Write the lowest 32 bits of a word."""
    ctypes.c_uint32.from_address(address).value = value & 0xFFFFFFFF


def store64(address: ptr, value: u64) -> None:
    """Write a word."""
    if not 0 <= value <= MASK:
        raise OverflowError(f"{value} is no unsigned word of 64 bits")
    ctypes.c_uint64.from_address(address).value = value


def store_ptr(address: ptr, value: ptr) -> None:
    """Write an address."""
    store64(address, value)


def store_release(address: ptr, value: u64) -> None:
    """Write a word that other threads read; what was written before is seen by who reads it."""
    store64(address, value)


def compare_and_swap(address: ptr, expected: u64, value: u64) -> u64:
    """The word at an address; it becomes `value` if it is the expected one, in one step for all threads."""
    found = load64(address)
    if found == expected:
        store64(address, value)
    return found


def fetch_and_add(address: ptr, more: u64) -> u64:
    """The word at an address, which grows by `more` in one step for all threads."""
    found = load64(address)
    store64(address, wrapping_add(found, more))
    return found


def prefetch(address: ptr) -> None:
    """Have the processor fetch what is at an address, which will be read soon."""


def mulhi(left: u64, right: u64) -> u64:
    """The upper half of the product."""
    return (left * right) >> 64


def wrapping_mul(left: u64, right: u64) -> u64:
    """The lower half of the product."""
    return (left * right) & MASK


def wrapping_add(left: u64, right: u64) -> u64:
    """The sum, without what does not fit a word."""
    return (left + right) & MASK

"""Operands of code that is written: registers and constants of any width."""

from __future__ import annotations

from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Bits:
    """An operand: a register or a constant, and its width in bits."""

    text: str
    width: int

    @property
    def constant(self) -> int | None:
        """The number that it stands for, if it is known while code is written."""
        return None if self.text.startswith("%") else int(self.text)


@dataclass(frozen=True, slots=True)
class Cell:
    """A place for a value that changes."""

    pointer: str
    width: int


def const(value: int, width: int) -> Bits:
    """A constant, as an unsigned number."""
    return Bits(str(value), width)


NOTHING = Bits("0", 0)
TRUE, FALSE = const(1, 1), const(0, 1)

"""The operations on integers, as Python defines them: quotient and remainder are rounded down."""

from __future__ import annotations

import operator
from collections.abc import Callable

OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,  # pyright: ignore[reportUnknownMemberType]  # typeshed leaves its operands untyped
    "%": operator.mod,
}

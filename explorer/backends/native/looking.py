"""Machines with so many choices that a search has to look at whether it is over while it tries those of one state."""

from __future__ import annotations

import math

from indoubt.explorer.backends.native.bits import Bits
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.packing import Packing, plain
from indoubt.explorer.ir.machine import Action, Choice, Machine
from indoubt.specs.language.types import SetType

MANY = 1 << 20
"""Fewer choices are tried in less time than Python takes to look at the clock."""
BROKEN_OFF = 1 << 63
"""What `expand` returns where it was not to go on. What it has emitted are steps of the state, and not all of them."""


def is_long(machine: Machine, packing: Packing) -> bool:
    """Whether any action has to look at whether the search is over."""
    return any(has_many(action, packing) for action in machine.actions)


def has_many(action: Action, packing: Packing) -> bool:
    """Whether an action may have many choices to try in one state."""
    return math.prod(_most(choice, packing) for choice in action.choices) >= MANY


def _most(choice: Choice, packing: Packing) -> int:
    """How many values a parameter has at most."""
    most = packing.size(choice.range)
    type_ = None if choice.among is None else plain(choice.among.type)
    if not isinstance(type_, SetType):
        return most
    return min(most, packing.shape(type_).slots if packing.has_slots(type_) else packing.size(type_.element))


def is_over_text(place: int) -> str:
    """The function `is_over`, where the context has a word at a place that is not 0 when the search is over."""
    return f"""
define internal i1 @is_over(ptr %context) alwaysinline {{
  %field = getelementptr i8, ptr %context, i64 {place}
  %word = load atomic i64, ptr %field monotonic, align 8
  %over = icmp ne i64 %word, 0
  ret i1 %over
}}
"""


def leave_if_over(builder: Builder) -> None:
    """End `expand` where the search is over."""
    over = f"%{builder.fresh('over')}"
    builder.line(f"{over} = call i1 @is_over(ptr %context)")
    with builder.when(Bits(over, 1)):
        builder.leave(f"i64 {BROKEN_OFF - (1 << 64)}")

"""What a search needs to know of whole runs: which promise of fairness a step keeps, and what holds in a state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

from indoubt.explorer.backends.native.bits import Bits, const
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.expressions import Expressions, Reason
from indoubt.explorer.backends.native.layout import Layout
from indoubt.explorer.backends.native.packing import WORD, Packing, Unsupported, plain
from indoubt.explorer.backends.native.slots import TooFewSlots
from indoubt.explorer.backends.native.variables import Variables
from indoubt.explorer.ir.expressions import Expr
from indoubt.explorer.ir.machine import Action, Choice, Machine, Temporal
from indoubt.explorer.ir.values import encoded_members
from indoubt.specs.language.types import Type
from indoubt.specs.language.universe import within

MOST_STEPS = 1 << 16
KEPT_STILL = 1 << 32
"""Set in the number of a step that keeps its promise where it changes nothing, too."""
"""Fairness of more steps than these is not told apart."""
OWE = """
define internal void @owe(ptr %context, i64 %step) alwaysinline {
  %place = getelementptr i8, ptr %context, i64 1032
  store i64 %step, ptr %place
  ret void
}
"""
"""Says which step it is that the next call of `emit` is about."""
CANNOT = 1 << 63
"""What `judge` says of a state in which the property cannot be computed."""


class FairSteps:
    """Numbers the steps that fairness may demand: an action with values for the parameters that fairness names."""

    def __init__(self, machine: Machine, packing: Packing) -> None:
        """Raises Unsupported where there are too many."""
        self._machine, self._packing = machine, packing
        self._first: dict[str, int] = {}
        count = 0
        for action in machine.actions:
            if action.fair_places is not None:
                self._first[action.name] = count
                count += prod(map(packing.size, _types(action)))
        if count > MOST_STEPS:
            raise Unsupported(f"fairness of {count:,} steps one by one")

    def number(self, b: Builder, action: Action, value: Callable[[Expr], Bits], ordinal: Ordinal) -> Bits:
        """The code of 1 + the number of a step, 0 where nothing is owed to its action, or not in this state."""
        first = self._first.get(action.name)
        if first is None:
            return const(0, WORD)
        is_kept_still = action.fairness is not None and action.fairness.is_kept_still
        found, radix = const(first + 1 | (KEPT_STILL if is_kept_still else 0), WORD), 1
        for choice in _fair(action):
            place = b.resized(ordinal(value(choice.local), choice.range), WORD)
            found = b.binary("add", found, b.binary("mul", place, const(radix, WORD)))
            radix *= self._packing.size(choice.range)
        return found if action.owed is None else b.select(value(action.owed), found, const(0, WORD))

    def all(self) -> Iterator[tuple[Action, tuple[Any, ...]]]:
        """The steps in the order of their numbers: the action, and the values of the parameters that fairness names."""
        for action in self._machine.actions:
            if action.name in self._first:
                values = [self._values(type_) for type_ in _types(action)]
                for picked in product(*reversed(values)):  # the first parameter varies fastest
                    yield action, picked[::-1]

    def _values(self, type_: Type) -> list[Any]:
        packing, type_ = self._packing, plain(type_)
        with within(packing.universe):
            values = encoded_members(type_)
        return sorted(values, key=lambda value: packing.ordinal(packing.pack(value, type_), type_))


Ordinal = Callable[[Bits, Type], Bits]


def _fair(action: Action) -> list[Choice]:
    return [action.choices[place] for place in action.fair_places or ()]


def _types(action: Action) -> list[Type]:
    return [choice.range for choice in _fair(action)]


def judge_text(layout: Layout, properties: Sequence[Temporal], crowded: dict[Type, None]) -> str:
    """The function that says of a property whether its trigger (1) and its goal (2) hold in a state.

    Types of which a value may have had too few slots are added to `crowded`.
    """
    b = Builder()
    variables = Variables(b, layout, "%state")

    def stop(reason: Reason) -> None:
        if isinstance(reason, TooFewSlots):
            crowded.update(dict.fromkeys(reason.types))
        b.leave(f"i64 {CANNOT - (1 << 64)}")

    for number, one in enumerate(properties):
        with b.when(b.compare("eq", Bits("%property", WORD), const(number, WORD))):
            of = Expressions(b, layout.packing, variables.value, stop)
            word = 0
            for choice in one.choices:
                width = layout.packing.width(choice.range)
                of.bind(choice.local, _argument(b, word, width))
                word += words_of(width)
            trigger = b.resized(of.expression(one.trigger), WORD)
            goal = b.binary("shl", b.resized(of.expression(one.goal), WORD), const(1, WORD))
            b.leave(f"i64 {b.binary('or', trigger, goal).text}")
    b.leave("i64 0")
    return b.text("define i64 @judge(i64 %property, ptr %state, ptr %arguments)")


def words_of(width: int) -> int:
    """The words that an argument takes."""
    return -(-width // WORD)


def _argument(b: Builder, first: int, width: int) -> Bits:
    found = const(0, width)
    for number in range(words_of(width)):
        part = b.resized(b.word("%arguments", first + number), width)
        found = b.binary("or", found, b.binary("shl", part, const(number * WORD, width)))
    return found


def packed_arguments(packing: Packing, one: Temporal, arguments: Sequence[Any]) -> list[int]:
    """The words of the arguments of a property."""
    words: list[int] = []
    for choice, value in zip(one.choices, arguments, strict=True):
        bits = packing.pack(value, choice.range)
        words += [bits >> WORD * number & ((1 << WORD) - 1) for number in range(words_of(packing.width(choice.range)))]
    return words

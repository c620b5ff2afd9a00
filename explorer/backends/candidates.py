"""Candidates: the values of a parameter that are tried in a state, before its guards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeAlias

from indoubt.explorer.backends.closures import Frame
from indoubt.explorer.backends.evaluation import Evaluator
from indoubt.explorer.ir.machine import Choice
from indoubt.explorer.ir.values import encoded_members, tag, untag
from indoubt.specs.language.types import BagType, IntType, SeqType, SetType, Type, UnionType

Encoded: TypeAlias = "int | frozenset[Encoded] | tuple[Encoded, ...] | None"


class Candidates:
    """What a parameter ranges over in a state."""

    def __init__(self, evaluator: Evaluator, choice: Choice) -> None:
        self.slot = evaluator.slot(choice.local)
        self._members = () if choice.among is not None else encoded_members(choice.range)
        self._among = None if choice.among is None else evaluator.expression(choice.among)
        self._select = _selector(choice)
        self._known: dict[Collection[Any], tuple[Any, ...]] = {}

    def of(self, state: Sequence[Any], frame: Frame) -> Sequence[Any]:
        """The values to try, in an order that does not depend on hashing."""
        if self._among is None:
            return self._members
        found = self._among(state, frame)
        candidates = self._known.get(found)
        if candidates is None:
            candidates = self._known[found] = tuple(sorted(self._select(found), key=ordering))
        return candidates


def _selector(choice: Choice) -> Callable[[Collection[Any]], list[Any]]:
    if choice.among is None:
        return list
    among = choice.among.type
    assert isinstance(among, SetType | BagType | SeqType)
    select = _of_type(among.element, choice.range)
    if isinstance(among, BagType):
        return lambda found: select(frozenset(item for item, _ in found))
    return select if isinstance(among, SetType) else lambda found: select(frozenset(found))


def _of_type(element: Type, wanted: Type) -> Callable[[Collection[Any]], list[Any]]:
    if element == wanted:
        return list
    if isinstance(element, IntType) and isinstance(wanted, IntType):
        return lambda found: [value for value in found if wanted.low <= value <= wanted.high]
    assert isinstance(element, UnionType)
    kinds = wanted.alternatives if isinstance(wanted, UnionType) else (wanted,)
    positions = {element.alternatives.index(kind): place for place, kind in enumerate(kinds)}

    def select(found: Collection[Any]) -> list[Any]:
        selected: list[Any] = []
        for value in found:
            position, content = untag(element, value)
            if position in positions:
                selected.append(tag(wanted, positions[position], content) if isinstance(wanted, UnionType) else content)
        return selected

    return select


def ordering(value: Encoded) -> tuple[Any, ...]:
    """A key that sorts encoded values of one type, whatever they are made of."""
    if value is None:
        return (0,)
    if isinstance(value, frozenset):
        return (2, len(value), sorted(map(ordering, value)))
    if isinstance(value, tuple):
        return (3, *map(ordering, value))
    return (1, value)

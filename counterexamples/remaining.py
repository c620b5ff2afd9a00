"""The places of the last state that can be put back, or never changed, and that its property needs all the same.

A place is needed if the property would be decided otherwise with another value there. All other values are tried where
there are few; of a set one member more or less, of a sequence or a bag none at all and each single element.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from indoubt.counterexamples.shape import is_map, is_set
from indoubt.counterexamples.trace import Trace
from indoubt.specs.language.collections import Bag, Seq
from indoubt.specs.language.domains import members
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import variable_types
from indoubt.specs.language.types import BagType, MapType, NotFinite, SeqType, SetType, Type
from indoubt.specs.language.universe import within
from indoubt.specs.language.values import Set

MOST_QUESTIONS, MOST_VALUES, MOST_PLACES = 1000, 64, 6
"""How often the property is asked in all, how many values of a place are tried, and how many places are shown alone."""

Place = tuple[str, tuple[Any, ...], Any]
"""A variable, the keys that lead through its maps, and the value there."""


@dataclass
class Remaining:
    """The places of a trace that are not `shown` yet; `is_decided` asks the property.

    In `state` the property is decided too, and these places are as they were in the beginning.
    """

    trace: Trace
    state: Spec
    shown: frozenset[tuple[str, tuple[Any, ...]]]
    is_decided: Callable[[Spec], bool]
    asked: int = 0

    def needed(self) -> list[Place]:
        """Those that matter; a variable that matters in several, and of which nothing is shown, is shown as a whole."""
        found: dict[str, list[Place]] = {}
        with within(self.trace.settings.universe):
            for name, type_ in variable_types(self.trace.spec, self.trace.settings).items():
                for keys, value, kind in _leaves(self.trace.last[name], type_, ()):
                    if (name, keys) not in self.shown and self._is_needed(name, keys, kind):
                        found.setdefault(name, []).append((name, keys, value))
        are_many = sum(map(len, found.values())) > MOST_PLACES
        partly = {name for name, _ in self.shown}
        shown: list[Place] = []
        for name, places in found.items():
            is_whole = len(places) > 1 and (are_many or name not in partly)
            shown += [(name, (), self.trace.last[name])] if is_whole else places
        return shown

    def _is_needed(self, name: str, keys: tuple[Any, ...], type_: Type) -> bool:
        value = _at(getattr(self.state, name), keys)
        return any(self._undoes(name, keys, other) for other in _others(value, type_))

    def _undoes(self, name: str, keys: tuple[Any, ...], other: Any) -> bool:
        """Whether the property is decided otherwise with another value in a place."""
        self.asked += 1
        if self.asked > MOST_QUESTIONS:
            return False
        changed = copy.copy(self.state)
        try:
            if keys:
                _at(getattr(changed, name), keys[:-1])[keys[-1]] = other
            else:
                setattr(changed, name, other)
            return not self.is_decided(changed)
        except Exception:  # noqa: BLE001 - the property may meet a state that it was not written for
            return False


def _leaves(value: Any, type_: Type, keys: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any, Type]]:
    """The places of a variable that hold no map, with their types."""
    if isinstance(type_, MapType) and is_map(value):
        for key, item in value.items():
            yield from _leaves(item, type_.value, (*keys, key))
    else:
        yield keys, value, type_


def _at(value: Any, keys: tuple[Any, ...]) -> Any:
    for key in keys:
        value = value[key]
    return value


def _others(value: Any, type_: Type) -> Iterator[Any]:
    """Other values that a place of a type may have."""
    try:
        if isinstance(type_, SetType) and is_set(value):
            for member in islice(members(type_.element), MOST_VALUES):
                yield Set(value) ^ Set({member})
        elif isinstance(type_, (SeqType, BagType)):
            make = Seq[Any] if isinstance(type_, SeqType) else Bag[Any]
            yield from (make(), *(make([member]) for member in islice(members(type_.element), MOST_VALUES)))
        else:
            yield from (other for other in islice(members(type_), MOST_VALUES) if other != value)
    except NotFinite:
        return

"""How many states there are up to renamings of the members of sorts: what TLC counts with a SYMMETRY set.

By brute force, from the set of all states, so that it says what a reduction must come to without being one.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from counts.row import Renaming

from indoubt.explorer.backends.backend import State
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.values import tag, untag
from indoubt.explorer.passes.pipeline import prepared
from indoubt.specs.language import Sort, Spec
from indoubt.specs.language.types import MapType, RecordType, SeqType, SetType, SortType, Type, UnionType


def orbits(spec: type[Spec], symmetry: Mapping[type[Sort], tuple[Renaming, ...]], **given: Any) -> int:
    """The number of reachable states, where states that renamings of `symmetry` turn into each other count once."""
    machine = prepared(lower(spec, settle(spec, given)))
    left = reachable(Reference(machine))
    types = [variable.type for variable in machine.variables]
    renamings = [dict(zip(symmetry, chosen, strict=True)) for chosen in product(*symmetry.values())]
    count = 0
    while left:
        state = left.pop()
        count += 1
        for renaming in renamings:
            image = state
            for sort, numbers in renaming.items():
                image = tuple(renamed(one, type_, sort, numbers) for one, type_ in zip(image, types, strict=True))
            left.discard(image)
    return count


def reachable(backend: Reference) -> set[State]:
    """Every state that can be reached, where no step meets a bound or fails."""
    states = [outcome[1] for outcome in backend.initial() if isinstance(outcome, tuple)]
    known = set(states)
    for state in states:
        for outcome in backend.steps(state):
            assert isinstance(outcome, tuple)
            if outcome[1] not in known:
                known.add(outcome[1])
                states.append(outcome[1])
    return known


def renamed(value: Any, type_: Type, sort: type[Sort], renaming: Renaming) -> Any:
    """An encoded value with other members of `sort` in the place of those that it holds."""
    match type_:
        case SortType(cls) if cls is sort:
            return renaming[int(value)]
        case RecordType(_, fields):
            return tuple(renamed(one, field, sort, renaming) for one, (_, field) in zip(value, fields, strict=True))
        case UnionType(alternatives):
            position, content = untag(type_, value)
            return tag(type_, position, renamed(content, alternatives[position], sort, renaming))
        case MapType(SortType(cls), element) if cls is sort:
            moved = {renaming[key]: renamed(one, element, sort, renaming) for key, one in enumerate(value)}
            return tuple(moved[key] for key in sorted(moved))
        case MapType(_, element) | SeqType(element):
            return tuple(renamed(one, element, sort, renaming) for one in value)
        case SetType(element):
            return frozenset(renamed(one, element, sort, renaming) for one in value)
        case _:
            return value

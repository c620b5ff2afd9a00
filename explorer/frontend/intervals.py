"""Which intervals of a spec are the same in every run.

What a literal does to such an interval is the author's doing: `self.count = 7` never fits `Between(0, 3)`. Where an end
depends on a size, a bound or a parameter, leaving the interval is a bound of this run.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from indoubt.specs.language.annotations import finite_type
from indoubt.specs.language.declarations import declarations, names_in_scope
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.types import IntType, NotFinite, Type
from indoubt.specs.language.universe import NoUniverse, Universe, within


def fixed_intervals(spec: type[Spec], settings: Settings, types: Mapping[str, Type]) -> frozenset[Type]:
    """The intervals in the types of the variables that stay the same where a run chooses everything larger."""
    sizes = {name: size + 1 for name, size in settings.sizes.items()}
    bounds = {name: bound + 1 for name, bound in settings.bounds.items()}
    chosen = {name: value + 1 if type(value) is int else value for name, value in settings.parameters.items()}
    fixed: set[Type] = set()
    moved: set[Type] = set()
    with within(Universe(sizes, bounds, chosen)):
        for name, (owner, annotation) in declarations(spec).items():
            if name in types:
                try:
                    other: Type | None = finite_type(annotation, {**names_in_scope(owner), **chosen})
                except (NotFinite, NoUniverse):
                    other = None  # an interval that has no place in the larger run
                here = list(_intervals(types[name]))
                (fixed if here == list(_intervals(other)) else moved).update(here)
    return frozenset(fixed - moved)


def _intervals(part: Any) -> Iterator[IntType]:
    """Every interval in a type, in the order of appearance."""
    if isinstance(part, IntType):
        yield part
    elif isinstance(part, tuple):
        for one in part:  # pyright: ignore[reportUnknownVariableType]  # a tuple of anything
            yield from _intervals(one)
    elif dataclasses.is_dataclass(part) and not isinstance(part, type):
        for field in dataclasses.fields(part):
            yield from _intervals(getattr(part, field.name))

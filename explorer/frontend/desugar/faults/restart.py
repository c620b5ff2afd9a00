"""A restart: what is not durable has its first value again, then the node does what its `@on_restart` says."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.disks import asked_name, synced_name
from indoubt.specs.language.layout import Part
from indoubt.specs.language.steps import Plan


def body(places: Places, plan: Plan, at: ast.AST, handler: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of the step; `handler` are those of the author."""
    part = plan.part
    assert part is not None
    disk: list[ast.stmt] = []
    for name in places.synced[part.name]:
        kept = places.field(part, synced_name(name), at)
        if name not in places.volatile[part.name]:  # as an ablation has it, which forgets what is on the disk
            disk += places.placed("PLACE = KEPT", at, PLACE=places.field(part, name, at), KEPT=kept)
        if name in places.asked[part.name]:
            disk += places.placed("PLACE = KEPT", at, PLACE=places.field(part, asked_name(name), at), KEPT=kept)
    return come_back(places, part, "restarts", places.volatile[part.name], at, [*disk, *handler])


def come_back(
    places: Places, part: Part, budget: str, lost: Iterable[str], at: ast.AST, handler: list[ast.stmt]
) -> list[ast.stmt]:
    """The statements with which a node comes back that has lost some fields."""
    up = places.field(part, "is_up", at)
    found = places.spent(budget, at, then=places.placed("require(not UP)", at, UP=up))
    found += places.placed("UP = True", at, UP=up)
    for name in lost:
        place = places.field(part, name, at)
        found += places.placed("PLACE = FIRST", at, PLACE=place, FIRST=places.first_value(part, name, at))
    return [*found, *handler]

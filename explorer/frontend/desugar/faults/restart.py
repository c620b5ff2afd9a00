"""A restart: what is not durable has its first value again, then the node does what its `@on_restart` says."""

from __future__ import annotations

import ast

from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.steps import Plan


def body(places: Places, plan: Plan, at: ast.AST, handler: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of the step; `handler` are those of the author."""
    part = plan.part
    assert part is not None
    up = places.field(part, "is_up", at)
    found = places.spent("restarts", at, then=places.placed("require(not UP)", at, UP=up))
    found += places.placed("UP = True", at, UP=up)
    for name in places.volatile[part.name]:
        place = places.field(part, name, at)
        found += places.placed("PLACE = FIRST", at, PLACE=place, FIRST=places.first_value(part, name, at))
    return [*found, *handler]

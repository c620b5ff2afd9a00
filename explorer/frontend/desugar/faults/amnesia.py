"""An amnesia: the node comes back without its durable fields too, then it does what its `@on_restart` says."""

from __future__ import annotations

import ast

from indoubt.explorer.frontend.desugar.faults import restart
from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.layout import durable_fields
from indoubt.specs.language.steps import Plan, asked_name, synced_name


def body(places: Places, plan: Plan, at: ast.AST, handler: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of the step; `handler` are those of the author."""
    part = plan.part
    assert part is not None
    lost = (*places.volatile[part.name], *durable_fields(part))
    disk: list[ast.stmt] = []
    for name in places.synced[part.name]:
        first = places.first_value(part, name, at)
        disk += places.placed("PLACE = FIRST", at, PLACE=places.field(part, synced_name(name), at), FIRST=first)
        if name in places.asked[part.name]:
            asked = places.field(part, asked_name(name), at)
            disk += places.placed("PLACE = FIRST", at, PLACE=asked, FIRST=places.first_value(part, name, at))
    return restart.come_back(places, part, "amnesias", lost, at, [*disk, *handler])

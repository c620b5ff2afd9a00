"""A duplicate: there is a second copy of a message, of any in a bag and of the first one in a queue."""

from __future__ import annotations

import ast

from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.steps import Plan


def body(places: Places, plan: Plan, at: ast.AST) -> list[ast.stmt]:
    """The statements of the step."""
    assert plan.link is not None
    link = places.link(*plan.link, at)
    there = places.there(link, "message", at)
    network = places.network_chosen
    if network.full == "drop":  # a copy that a full link drops is none
        there += places.network(f"require(len(LINK) < {network.capacity})", link, "message", at)
    return [*places.spent("duplicates", at, then=there), *places.network(places.kind.REPEAT, link, "message", at)]

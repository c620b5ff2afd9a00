"""A loss: a message is gone, any of a bag and the first one of a queue; of a soup that forgets, any at any time."""

from __future__ import annotations

import ast

from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.steps import Plan


def body(places: Places, plan: Plan, at: ast.AST) -> list[ast.stmt]:
    """The statements of the step; one that the links are allowed has no budget."""
    assert plan.link is not None
    link = places.link(*plan.link, at)
    there = places.there(link, "message", at)
    if plan.kind == "forget":
        return [*there, *places.network("LINK.remove(MESSAGE)", link, "message", at)]
    return [*places.spent("losses", at, then=there), *places.network(places.kind.TAKE, link, "message", at)]

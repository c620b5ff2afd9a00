"""A pause and its end: the node takes no steps for a while, and forgets nothing."""

from __future__ import annotations

import ast

from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.steps import Plan


def body(places: Places, plan: Plan, at: ast.AST, paused: ast.expr | None) -> list[ast.stmt]:
    """The statements of the step."""
    assert paused is not None
    assert plan.part is not None
    if plan.kind == "resume":
        return places.placed("require(PAUSED)\nPAUSED = False", at, PAUSED=paused)
    guards = places.placed("require(not PAUSED)", at, PAUSED=paused)
    if plan.part.name in places.crashing:
        guards = [*places.placed("require(UP)", at, UP=places.field(plan.part, "is_up", at)), *guards]
    return [*places.spent("pauses", at, then=guards), *places.placed("PAUSED = True", at, PAUSED=paused)]

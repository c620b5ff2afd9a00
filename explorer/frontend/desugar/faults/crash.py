"""A crash: the node stops, and keeps its fields as they are until it comes back."""

from __future__ import annotations

import ast

from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.steps import Plan


def body(places: Places, plan: Plan, at: ast.AST, paused: ast.expr | None) -> list[ast.stmt]:
    """The statements of the step."""
    assert plan.part is not None
    up = places.field(plan.part, "is_up", at)
    return [
        *places.spent("crashes", at, then=places.placed("require(UP)", at, UP=up)),
        *places.placed("UP = False", at, UP=up),
        *([] if paused is None else places.placed("PAUSED = False", at, PAUSED=paused)),
    ]

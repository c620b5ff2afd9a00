"""Guards: on every path they come before the first write."""

from __future__ import annotations

import ast

from indoubt.explorer.frontend import (
    expressions,
)
from indoubt.explorer.frontend.narrowing import facts_of
from indoubt.explorer.frontend.scope import Scope
from indoubt.explorer.ir.statements import Require


def require(scope: Scope, node: ast.Expr, call: ast.Call) -> Require:
    """`require(...)`, which comes before every write."""
    if len(call.args) != 1 or call.keywords:
        has_text = any(isinstance(argument, ast.Constant | ast.JoinedStr) for argument in call.args[1:])
        help_ = "leave the text out: a comment says why" if has_text else "write one `require(...)` for each guard"
        scope.fail("S324", node, "`require` takes one condition", "wrong arguments", help_)
    refuse_late(scope, node)
    condition = expressions.truth(scope, call.args[0])
    scope.facts.update(facts_of(condition)[0])
    return Require(condition, scope.span(node))


def refuse_late(scope: Scope, node: ast.stmt) -> None:
    """Raise Mistake where the state is already changed on the way to a guard."""
    if scope.first_write is not None:
        scope.fail(
            "S201",
            node,
            "`require` after a write",
            "guards come before effects",
            "move the `require` up",
            other=scope.first_write,
            other_label="the state is already changed here",
        )

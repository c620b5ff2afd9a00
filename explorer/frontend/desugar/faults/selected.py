"""The guards of a crash that say which node it may be: `who` of the faults."""

from __future__ import annotations

import ast

from indoubt.explorer.frontend.desugar.functions import expression, placed
from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.layout import ADDRESS, Part
from indoubt.specs.language.selectors import crashing_parts


def guards(places: Places, faults: Faults, part: Part, at: ast.AST) -> list[ast.stmt]:
    """The statements; none where any node may crash."""
    if faults.predicate is not None:
        method = expression("STATE.HELPER", at, {"STATE": places.state, "HELPER": part.variable(faults.predicate)})
        address = [placed(ast.Name(ADDRESS, ast.Load()), at)] if part.is_many else []
        called = placed(ast.Call(method, [*address], []), at)
        return places.placed("require(SELECTED)", at, SELECTED=called)
    match faults.who:
        case "one":
            parts = crashing_parts(places.layout, faults)
            return [guard for one in parts for guard in _nobody_down(places, one, at)]
        case "minority":
            return _counted(places, part, f"2 * {DOWN} + 2 < len(SORT)", at)
        case "majority":
            return _counted(places, part, f"2 * {DOWN} <= len(SORT)", at) if part.is_many else []
        case _:
            return []


DOWN = "len({ONE for ONE in SORT if not TABLE[ONE]})"


def _nobody_down(places: Places, part: Part, at: ast.AST) -> list[ast.stmt]:
    if not part.is_many:
        return places.placed("require(TABLE)", at, TABLE=_table(places, part, at))
    return _counted(places, part, "all(TABLE[ONE] for ONE in SORT)", at)


def _counted(places: Places, part: Part, test: str, at: ast.AST) -> list[ast.stmt]:
    """A guard about the nodes of a part, in which `TABLE` says which of them are up."""
    table = _table(places, part, at)
    return places.placed(f"require({test})", at, TABLE=table, SORT=places.sort(part), ONE="self.other")


def _table(places: Places, part: Part, at: ast.AST) -> ast.expr:
    return expression("STATE.UP", at, {"STATE": places.state, "UP": part.variable("is_up")})

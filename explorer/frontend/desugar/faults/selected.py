"""The guards of a crash, and of a node that turns Byzantine, that say which node it may be: `who` of the faults."""

from __future__ import annotations

import ast

from indoubt.explorer.frontend.desugar.functions import Replacement, expression, placed
from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.byzantine import IS_BYZANTINE
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.layout import ADDRESS, Part
from indoubt.specs.language.selectors import crashing_parts, failing_parts, lying_parts


def guards(places: Places, faults: Faults, part: Part, at: ast.AST) -> list[ast.stmt]:
    """The statements; none where any node may crash."""
    if faults.predicate is not None:
        method = expression("STATE.HELPER", at, {"STATE": places.state, "HELPER": part.variable(faults.predicate)})
        address = [placed(ast.Name(ADDRESS, ast.Load()), at)] if part.is_many else []
        called = placed(ast.Call(method, [*address], []), at)
        return places.placed("require(SELECTED)", at, SELECTED=called)
    counting = _Failed(places, faults, at)
    match faults.who:
        case "one":
            return [guard for one in failing_parts(places.layout, faults) for guard in counting.nobody(one)]
        case "minority":
            return counting.counted(part, f"2 * {FAILED} + 2 < len(SORT)")
        case "majority":
            return counting.counted(part, f"2 * {FAILED} <= len(SORT)") if part.is_many else []
        case _:
            return []


FAILED = "len({ONE for ONE in SORT if not (CORRECT)})"


class _Failed:
    """Guards about how many nodes are not correct."""

    def __init__(self, places: Places, faults: Faults, at: ast.AST) -> None:
        self.places = places
        self.at = at
        crashing, lying = (
            crashing_parts(places.layout, faults) if faults.stops else [],
            lying_parts(places.layout, faults),
        )
        self.tables = {"is_up": crashing, IS_BYZANTINE: lying}

    def nobody(self, part: Part) -> list[ast.stmt]:
        """The guard that no node of a part has failed."""
        return self.counted(part, "all(CORRECT for ONE in SORT)" if part.is_many else "CORRECT")

    def counted(self, part: Part, test: str) -> list[ast.stmt]:
        """A guard about the nodes of a part, in which `CORRECT` says which of them are."""
        index = "[ONE]" if part.is_many else ""
        tests = [f"UP{index}"] * (part in self.tables["is_up"])
        tests += [f"not BYZANTINE{index}"] * (part in self.tables[IS_BYZANTINE])
        names: dict[str, Replacement] = {"SORT": self.places.sort(part), "ONE": "self.other"}
        for name, field in (("UP", "is_up"), ("BYZANTINE", IS_BYZANTINE)):
            if part in self.tables[field]:
                found = {"STATE": self.places.state, "FIELD": part.variable(field)}
                names[name] = expression("STATE.FIELD", self.at, found)
        return self.places.placed(f"require({test.replace('CORRECT', ' and '.join(tests))})", self.at, **names)

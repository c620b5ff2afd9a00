"""The guards of a fault that say which node it may befall: `who` of the faults.

The faults are a crash, a node that turns Byzantine, a pause, and a partition that isolates one node. What they mean in
plain Python is in `specs.language.selectors`.
"""

from __future__ import annotations

import ast

from indoubt.explorer.frontend.desugar.functions import Replacement, expression, placed
from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.byzantine import IS_BYZANTINE
from indoubt.specs.language.cuts import SIDE
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.layout import ADDRESS, Part
from indoubt.specs.language.selectors import crashing_parts, failing_parts, isolated_parts, lying_parts, pausing_parts


def guards(places: Places, faults: Faults, part: Part, at: ast.AST) -> list[ast.stmt]:
    """The statements; none where any node may fail."""
    if faults.predicate is not None:
        return places.placed("require(SELECTED)", at, SELECTED=_asked(places, faults, part, ADDRESS, at))
    counting = _Failed(places, faults, part, at)
    match faults.who:
        case "one":
            return [guard for one in failing_parts(places.layout, faults) for guard in counting.nobody(one)]
        case "minority":
            return counting.counted(part, f"2 * {FAILED} + 2 < len(SORT)")
        case "majority":
            return counting.counted(part, f"2 * {FAILED} <= len(SORT)") if part.is_many else []
        case _:
            return []


def isolated(places: Places, faults: Faults, at: ast.AST) -> list[ast.stmt]:
    """The guards of a partition that isolates one node; none where it may be any."""
    parts = isolated_parts(places.layout, faults)
    if faults.who not in ("any", "one", "majority"):
        tests: list[str] = []
        names: dict[str, Replacement] = {"SIDE": placed(ast.Name(SIDE, ast.Load()), at), "ONE": "self.other"}
        for number, part in enumerate(parts):
            names[f"SORT{number}"] = places.sort(part)
            test = f"len(SORT{number}) > 2"
            if faults.predicate is not None:
                names[f"ASKED{number}"] = _asked(places, faults, part, "self.other", at)
                test = " and ".join([f"ASKED{number}", *_correct(places, faults, part, number, names, at)])
            tests.append(f"any(ONE == SIDE and {test} for ONE in SORT{number})")
        return places.placed(f"require({' or '.join(tests)})", at, **names)
    return []


def _correct(
    places: Places, faults: Faults, part: Part, number: int, names: dict[str, Replacement], at: ast.AST
) -> list[str]:
    """The tests that a node is up and not Byzantine, where it may be otherwise; `names` gets what they speak of."""
    index, tests = "[ONE]" if part.is_many else "", list[str]()
    crashing = crashing_parts(places.layout, faults) if faults.stops else []
    for name, field, of, sign in (
        ("UP", "is_up", crashing, ""),
        ("LIAR", IS_BYZANTINE, lying_parts(places.layout, faults), "not "),
    ):
        if part in of:
            names[f"{name}{number}"] = expression(
                "STATE.FIELD", at, {"STATE": places.state, "FIELD": part.variable(field)}
            )
            tests.append(f"{sign}{name}{number}{index}")
    return tests


def _asked(places: Places, faults: Faults, part: Part, node: str, at: ast.AST) -> ast.expr:
    """The helper of the author that says of a node, which a name stands for, whether it is one of those."""
    assert faults.predicate is not None
    method = expression("STATE.HELPER", at, {"STATE": places.state, "HELPER": part.variable(faults.predicate)})
    address = [placed(ast.Name(node, ast.Load()), at)] if part.is_many else []
    return placed(ast.Call(method, [*address], []), at)


FAILED = "len({ONE for ONE in SORT if ONE != SELF and not (CORRECT)})"
"""The one that crashes may be paused, or come back only to crash again, and has failed already."""


class _Failed:
    """Guards about how many nodes are not correct, beside one of a part."""

    def __init__(self, places: Places, faults: Faults, own: Part, at: ast.AST) -> None:
        self.places = places
        self.own = own
        self.at = at
        crashing, lying = (
            crashing_parts(places.layout, faults) if faults.stops else [],
            lying_parts(places.layout, faults),
        )
        self.tables = {"is_up": crashing, IS_BYZANTINE: lying, "is_paused": pausing_parts(places.layout, faults)}

    def nobody(self, part: Part) -> list[ast.stmt]:
        """The guard that no other node of a part has failed."""
        if part is self.own:
            return self.counted(part, "all(ONE == SELF or (CORRECT) for ONE in SORT)") if part.is_many else []
        return self.counted(part, "all(CORRECT for ONE in SORT)" if part.is_many else "CORRECT")

    def counted(self, part: Part, test: str) -> list[ast.stmt]:
        """A guard about the nodes of a part, in which `CORRECT` says which of them are."""
        index = "[ONE]" if part.is_many else ""
        tests = [f"UP{index}"] * (part in self.tables["is_up"])
        tests += [f"not BYZANTINE{index}"] * (part in self.tables[IS_BYZANTINE])
        tests += [f"not PAUSED{index}"] * (part in self.tables["is_paused"])
        names: dict[str, Replacement] = {"SORT": self.places.sort(part), "ONE": "self.other", "SELF": ADDRESS}
        for name, field in (("UP", "is_up"), ("BYZANTINE", IS_BYZANTINE), ("PAUSED", "is_paused")):
            if part in self.tables[field]:
                found = {"STATE": self.places.state, "FIELD": part.variable(field)}
                names[name] = expression("STATE.FIELD", self.at, found)
        return self.places.placed(f"require({test.replace('CORRECT', ' and '.join(tests))})", self.at, **names)

"""Byzantine nodes: a node turns, and others hear what it says. Why so, `specs.language.byzantine` says.

`SAID` stands for what a node has before it of what a Byzantine one has said to all alike.
"""

from __future__ import annotations

import ast

from indoubt.explorer.frontend.desugar.functions import Replacement, expression
from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.byzantine import HAS_BEGUN, IS_BYZANTINE, liars_of, said_name
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.layout import ADDRESS, Handler, Part
from indoubt.specs.language.selectors import lying_parts
from indoubt.specs.language.steps import Plan

ONE = "self.other"


def turned(places: Places, plan: Plan, at: ast.AST, guards: list[ast.stmt]) -> list[ast.stmt]:
    """The statements with which a node turns Byzantine; `guards` say that it may."""
    assert plan.part is not None
    first = places.placed("require(not BEGUN)", at, BEGUN=_has_begun(places, at))
    return [
        *places.spent("byzantine", at, then=[*first, *guards]),
        *places.placed("BYZANTINE = True", at, BYZANTINE=places.field(plan.part, IS_BYZANTINE, at)),
    ]


def begun(places: Places, faults: Faults, at: ast.AST) -> list[ast.stmt]:
    """What notes that a node has taken a step, where it matters: from then on none turns Byzantine."""
    return places.placed("BEGUN = True", at, BEGUN=_has_begun(places, at)) if faults.byzantine else []


def _has_begun(places: Places, at: ast.AST) -> ast.expr:
    return expression("STATE.BEGUN", at, {"STATE": places.state, "BEGUN": HAS_BEGUN})


def said_by(places: Places, faults: Faults, handler: Handler, at: ast.AST) -> list[ast.stmt]:
    """The guards of a lie: who says it is Byzantine, and says no other thing to others where all hear the same."""
    message, sender = handler.parameters[:2]
    names: dict[str, Replacement] = {"MESSAGE": message, "SENDER": sender, "ONE": ONE}
    own = ADDRESS if handler.part.is_many else places.only(handler.part)
    liars = liars_of(handler, places.layout, faults)
    if handler.senders == tuple(liars) and len(liars) == 1:
        names["BYZANTINE"] = _is_byzantine(places, liars[0], sender, at)
        found = places.placed("require(BYZANTINE)", at, **names)
        if faults.is_consistent:
            names["SAID"] = _said(places, liars[0], handler.part, at, (sender, own))
            found += places.placed(f"require({ALIKE})", at, **names)
        return found
    byzantine: list[str] = []
    alike: list[str] = []
    for number, one in enumerate(liars):
        names[f"SORT{number}"] = places.sort(one)
        names[f"BYZANTINE{number}"] = _is_byzantine(places, one, ONE, at)
        byzantine.append(f"any(ONE == SENDER and BYZANTINE{number} for ONE in SORT{number})")
        if faults.is_consistent:
            names[f"SAID{number}"] = _said(places, one, handler.part, at, (ONE, own))
            alike.append(f"any(ONE == SENDER and ({ALIKE.replace('SAID', f'SAID{number}')}) for ONE in SORT{number})")
    found = places.placed(f"require({' or '.join(byzantine)})", at, **names)
    return found + (places.placed(f"require({' or '.join(alike)})", at, **names) if alike else [])


ALIKE = "len(SAID) == 0 or SAID[0] == MESSAGE"


def heard(places: Places, faults: Faults, handler: Handler, at: ast.AST, sender: str) -> list[ast.stmt]:
    """What comes after a lie where all hear the same: the others have it before them, if they did not hear it first.

    `sender` is a name for who has said it.
    """
    if not faults.is_consistent:
        return []
    message = handler.parameters[0]
    own = ADDRESS if handler.part.is_many else places.only(handler.part)
    found: list[ast.stmt] = []
    liars = liars_of(handler, places.layout, faults)
    for one in reversed(liars):
        names: dict[str, Replacement] = {
            "SAID": _said(places, one, handler.part, at, (sender, own)),
            "OTHERS": _said(places, one, handler.part, at, (sender, ONE)),
            "MESSAGE": message,
            "SENDER": sender,
            "ONE": ONE,
            "OWN": own,
            "FROM": places.sort(one),
            "TO": places.sort(handler.part),
        }
        hears = "ONE != OWN"
        if handler.part in lying_parts(places.layout, faults):
            names["BYZANTINE"] = _is_byzantine(places, handler.part, ONE, at)
            hears += " and not BYZANTINE"
        text = "if len(SAID) > 0:\n    SAID.pop_first()"
        if handler.part.is_many:
            text += f"\nelse:\n    for ONE in TO:\n        if {hears}:\n            OTHERS.append(MESSAGE)"
        step = places.placed(text, at, **names)
        if len(handler.senders) > 1:
            (test,) = places.placed("if isinstance(SENDER, FROM):\n    pass", at, **names)
            assert isinstance(test, ast.If)
            test.body, test.orelse = step, found
            found = [test]
        else:
            found = step
    return found


def _is_byzantine(places: Places, part: Part, address: str, at: ast.AST) -> ast.expr:
    table = expression("STATE.FIELD", at, {"STATE": places.state, "FIELD": part.variable(IS_BYZANTINE)})
    return places.at_address(table, address, at) if part.is_many else table


def _said(places: Places, sender: Part, receiver: Part, at: ast.AST, ends: tuple[str, str]) -> ast.expr:
    table = expression("STATE.SAID", at, {"STATE": places.state, "SAID": said_name(sender.name, receiver.name)})
    return places.at_address(places.at_address(table, ends[0], at), ends[1], at)

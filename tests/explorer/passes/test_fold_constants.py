"""What the parameters of a run decide is decided once: printed machines before and after."""

from __future__ import annotations

import pytest
from spec_texts import lowered, section

from indoubt.explorer.ir.expressions import And, Conditional, Expr, Load, Not, Or
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.types import BOOL
from indoubt.explorer.passes.fold_constants import FALSE, TRUE, fold_constants, folded

ON, OFF = Load("on", BOOL), Load("off", BOOL)


def machine(*, strict: bool, most: int) -> Machine:
    """A machine with a parameter in every kind of place."""
    return lowered(
        """
        strict: Parameter[bool]
        most: Parameter[Annotated[int, Between(0, 3)]]

        @action
        def step(self, n: Node) -> None:
            require(not self.strict or self.on)
            require(self.on and not self.strict)
            if self.strict:
                self.count = 1
            elif self.most < 3:
                self.count = 2
            if not self.strict and n in self.seen:
                self.on = True if self.strict else self.on
            for m in Node:
                if self.most == 2:
                    self.seen.add(m)
            self.helped()

        def helped(self) -> None:
            if self.strict:
                self.on = False
            self.color = Color.BLUE

        @invariant
        def fine(self) -> bool:
            return any(self.strict and self.on for n in Node) or self.on

        @invariant
        def given(self) -> bool:
            return self.on or all(not self.strict for n in Node)

        @reachable
        def kept(self) -> bool:
            return self.on and (self.strict or not not self.on)
        """,
        strict=strict,
        most=most,
    )


BEFORE = """\
action step(n: Node):
    require (not False or on)
    require (on and not False)
    if False:
        count := 1
    else:
        if (2 < 3):
            count := 2
    if (not False and (n in seen)):
        on := (True if False else on)
    for m in Node:
        if (2 == 2):
            seen := (seen | {m})
    block:
        if False:
            on := False
        color := BLUE"""

AFTER = """\
action step(n: Node):
    require on
    count := 2
    if (n in seen):
        on := on
    for m in Node:
        seen := (seen | {m})
    block:
        color := BLUE"""

OTHERWISE = """\
action step(n: Node):
    require on
    require (on and False)
    count := 1
    for m in Node:
        pass
    block:
        on := False
        color := BLUE"""


def test_conditions_that_a_parameter_decides_are_gone() -> None:
    """A guard that always holds, a branch that is never taken, an operand that changes nothing."""
    before = machine(strict=False, most=2)
    assert section(before, "step") == BEFORE
    assert section(fold_constants(before), "step") == AFTER


def test_the_other_value_of_a_parameter_leaves_the_other_branches() -> None:
    """A guard that never holds stays: the action is never enabled, and `show` says why."""
    assert section(fold_constants(machine(strict=True, most=3)), "step") == OTHERWISE


def test_properties_are_folded_too() -> None:
    """Quantifiers over a decided body, and double negations."""
    after = fold_constants(machine(strict=False, most=0))
    assert section(after, "fine") == "invariant fine:\n    on"
    assert section(after, "given") == "invariant given:\n    (on or True)"
    assert section(after, "kept") == "reachable kept:\n    (on and on)"


def test_folding_again_changes_nothing() -> None:
    """One pass finds everything that it looks for."""
    once = fold_constants(machine(strict=False, most=2))
    assert fold_constants(once) == once


@pytest.mark.parametrize(
    ("expr", "simpler"),
    [
        (And((ON, TRUE, OFF)), And((ON, OFF))),
        (And((FALSE, ON)), FALSE),
        (And((TRUE, TRUE)), TRUE),
        (And((ON, FALSE, OFF)), And((ON, FALSE))),
        (Or((FALSE, ON)), ON),
        (Or((TRUE, ON)), TRUE),
        (Or((ON, TRUE, OFF)), Or((ON, TRUE))),
        (Or((FALSE, FALSE)), FALSE),
        (Not(TRUE), FALSE),
        (Not(Not(ON)), ON),
        (Conditional(TRUE, ON, OFF, BOOL), ON),
        (Conditional(FALSE, ON, OFF, BOOL), OFF),
        (Not(ON), Not(ON)),
    ],
)
def test_what_stands_before_a_deciding_operand_is_kept(expr: Expr, simpler: Expr) -> None:
    """It is computed in Python too, and may fail there; what stands behind is never computed."""
    assert folded(expr) == simpler

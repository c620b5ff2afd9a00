"""What is told at fixed sizes: what is open and why, what was not asked, and what is a mistake of the spec."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from agreement import spec_of

import indoubt
from indoubt import SpecFailed, Verdict
from indoubt.cli import run
from indoubt.invariants.bounded.unrolling import Found, Unrolling
from indoubt.proofs import Status

RELAY = """from __future__ import annotations
from indoubt.specs.language import *


class Node(Sort): ...


class Relay(Spec):
    free: bool = True
    has: Map[Node, bool] = every(False)

    @action
    def take(self, n: Node) -> None:
        require(self.free)
        self.free = False
        self.has[n] = True

    @action
    def give(self, n: Node, m: Node) -> None:
        require(self.has[n])
        self.has[n] = False
        self.has[m] = True

    @invariant
    def one_holder(self) -> bool:
        return all(n == m for n in Node for m in Node if self.has[n] and self.has[m])

    @invariant
    def free_means_nobody(self) -> bool:
        return not self.free or all(not self.has[n] for n in Node)
"""
WITNESS = """
    @reachable
    def everybody(self) -> bool:
        return {}
"""
ARMED = """from __future__ import annotations
from typing import Annotated
from indoubt.specs.language import *


class P(Sort): ...


class Demo(Spec):
    armed: bool = False
    seen: Set[P] = empty()
    count: Annotated[int, Between(0, 3)] = 0

    @action
    def drop(self, p: P) -> None:
        require(self.armed)
        self.seen.remove(p)

    @action
    def step(self) -> None:
        {}

    @invariant
    def small(self) -> bool:
        return self.count <= 3
"""


def of(text: str, name: str = "Relay") -> type[Any]:
    """The spec of a source."""
    return spec_of(text, name)


def test_what_is_given_up_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that takes too long leaves a property undecided, and with it what follows with it alone."""
    told, find = [""], Unrolling.find

    def slow(self: Unrolling, *given: Any, **named: Any) -> Found:
        if told[-1].endswith(": free_means_nobody"):
            self.unknown_reason = "timeout"
            return Found.UNKNOWN
        return find(self, *given, **named)

    monkeypatch.setattr(Unrolling, "find", slow)
    proof = indoubt.prove(of(RELAY), Node=2, induction=1, timeout=7, progress=told.append)
    late = proof.property("free_means_nobody")
    assert (late.status, late.remark) == (
        Status.UNKNOWN,
        "not decided: no answer within 7 s to the step of the induction",
    )
    other = proof.property("one_holder")
    assert (other.status, other.remark) == (Status.DEPENDS, "not without free_means_nobody, which is not decided")
    assert other.against is not None
    assert proof.why == "not proved: one_holder; not decided: free_means_nobody"
    monkeypatch.undo()
    assert indoubt.prove(of(RELAY), Node=2, induction=1).why == "at every depth"


def test_a_step_that_cannot_be_computed_is_told_apart_where_it_is_not_reached(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A state to be excluded has its step, its reason and its line; what is reached is a mistake, as in a check."""
    spec = of(ARMED.format("self.count = 1"), "Demo")
    proof = indoubt.prove(spec, P=1, induction=1)
    one = proof.property("can be computed")
    assert (one.status, proof.exit_status) == (Status.NOT_INDUCTIVE, 3)
    assert one.remark == "not everything, beginning in a state that is not reachable at P=1"
    assert one.against is not None
    assert one.against.steps == (("drop(P0)", None),)
    assert one.against.failing.startswith("`.remove(P0)` of an element that is not in the set (")
    assert proof.property("small").status is Status.PROVED
    place = tmp_path / "armed.py"
    place.write_text(ARMED.format("self.armed = self.count == 2\n        self.count = 2"), encoding="utf-8")
    asked = [str(place), "P=1"]
    assert run(["check", *asked, "--engine", "reference"]) == 2
    expected = capsys.readouterr().err
    assert "S402" in expected
    for how in (["--induction", "1"], ["--bmc", "5"]):
        assert run(["prove", *asked, *how]) == 2
        assert capsys.readouterr().err == expected
    with pytest.raises(SpecFailed):
        indoubt.prove(f"{place}::Demo", P=1, induction=1)


def test_an_assertion_that_is_not_inductive_has_the_step_that_breaks_it() -> None:
    """The state need not be an initial one, and there is none after the step."""
    spec = of(ARMED.format("assert not self.armed").replace("self.seen.remove(p)", "self.seen.add(p)"), "Demo")
    proof = indoubt.prove(spec, P=1, induction=1)
    (broken,) = [one for one in proof.properties if one.against is not None]
    assert broken.against is not None
    assert broken.against.steps == (("step()", None),)
    assert broken.against.before["armed"] is True


@pytest.mark.parametrize("properties", [None, ["small"], ["tiny", "small"]])
def test_a_violated_assert_is_told_as_a_check_tells_it(properties: list[str] | None) -> None:
    """At the same depth, with the same trace, and first where it is the shortest."""
    once = "self.count += 1"
    text = ARMED.format(once).replace("require(self.armed)\n        self.seen.remove(p)", "assert self.count < 2")
    text += "\n    @invariant\n    def tiny(self) -> bool:\n        return self.count <= 1\n"
    spec = of(text.replace("self.count <= 3", "self.count <= 2"), "Demo")
    checked = indoubt.check(spec, P=1, engine="reference", properties=properties)
    first = checked.first_violation()
    assert first is not None
    assert first.trace is not None
    steps = len(first.trace.steps) + (first.kind == "assertion")
    assert (first.kind, len(first.trace)) == (("assertion" if properties == ["small"] else "invariant"), 3)
    for depth in (steps - 1, steps, steps + 2):
        proof = indoubt.prove(spec, P=1, bmc=depth, properties=properties)
        assert (proof.verdict is Verdict.VIOLATED) is (depth >= steps)
        if depth >= steps:
            ways = {one.name: one.trace and (one.trace.initial, one.trace.steps) for one in checked.properties}
            traces = {one.name: one.result.trace for one in proof.properties}
            assert {name: trace and (trace.initial, trace.steps) for name, trace in traces.items()} == ways
            why = f"{first.name}: {first.claim}" if first.claim != first.name else first.name
            assert proof.why == why
    assert indoubt.prove(spec, P=1, induction=2, properties=properties).verdict is Verdict.VIOLATED


def test_where_every_state_was_seen_the_verdict_is_at_every_depth(capsys: pytest.CaptureFixture[str]) -> None:
    """A headline never names fewer steps than were asked for, nor keeps quiet of what was not asked."""
    once = "require(self.count == 0)\n        self.count = 1"
    never = ARMED.format(once) + WITNESS.format("self.count == 3")
    live = ARMED.format(once) + "\n    @eventually\n    def counted(self) -> bool:\n        return self.count == 1\n"
    for name in ("bmc", "induction"):
        how: dict[str, Any] = {name: 3}
        proof = indoubt.prove(of(ARMED.format(once), "Demo"), P=1, **how)
        assert (proof.scope, proof.why) == ("P=1 at every depth", "no path has more than 1 step")
        assert proof.verdict is Verdict.HOLDS
        lost = indoubt.prove(of(never, "Demo"), P=1, **how)
        assert (lost.verdict, lost.why) == (Verdict.VIOLATED, "everybody: no reachable state is one where it holds")
        assert indoubt.prove(of(live, "Demo"), P=1, **how).why == "no path has more than 1 step; not asked: counted"


def test_induction_looks_for_what_is_to_be_reached() -> None:
    """With the explorer, whose verdict it is: reached, never reached, or not asked, which the headline says."""
    reached = indoubt.prove(of(RELAY + WITNESS.format("any(self.has[n] for n in Node)")), Node=2, induction=1)
    one = reached.property("everybody")
    assert (one.status, one.remark) == (Status.REACHED, "after 1 step, and no sooner, as the explorer finds")
    assert reached.why == "at every depth"
    never = indoubt.prove(of(RELAY + WITNESS.format("all(self.has[n] for n in Node)")), Node=2, induction=1)
    assert (never.verdict, never.property("everybody").status) == (Verdict.VIOLATED, Status.VIOLATED)
    assert never.why == "everybody: no reachable state is one where it holds"


def test_without_initial_states_nothing_is_proved() -> None:
    """As in a check, the verdict is open."""
    empty = (
        ARMED.format("self.count = 1") + "\n    @initial\n    def start(self) -> None:\n        require(self.armed)\n"
    )
    for name in ("bmc", "induction"):
        how: dict[str, Any] = {name: 2}
        proof = indoubt.prove(of(empty, "Demo"), P=1, **how)
        assert proof.verdict is Verdict.INCONCLUSIVE
        assert "there is no initial state: `start` refuses every choice" in proof.why


def test_what_fails_only_for_want_of_another_property_says_so() -> None:
    """The other one is not inductive; all of them together would be, were it not for that."""
    release = "    @action\n    def release(self) -> None:\n        require(self.odd)\n        self.free = True\n\n"
    text = RELAY.replace("    @invariant\n    def one", f"{release}    @invariant\n    def one")
    spec = of(text.replace("    free: bool", "    odd: bool = False\n    free: bool"))
    for depth in (1, 2):
        proof = indoubt.prove(spec, Node=2, induction=depth)
        other = proof.property("one_holder")
        assert (other.status, proof.property("free_means_nobody").status) == (Status.DEPENDS, Status.NOT_INDUCTIVE)
        assert other.remark == "not without free_means_nobody, which is not proved either"
        assert proof.exit_status == 3
    odd = text.replace("    free: bool", "    odd: bool = False\n    free: bool") + (
        "\n    @invariant\n    def never_odd(self) -> bool:\n        return not self.odd\n"
    )
    assert indoubt.prove(of(odd), Node=2, induction=1).verdict is Verdict.HOLDS

"""`--minimal faults`: what it finds, what the verdict says of it, and what it does not go with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pytest

from indoubt import Verdict, check
from indoubt.cli import run
from indoubt.finding.specs import UsageError
from indoubt.specs.language import (
    Between,
    Fault,
    Parameter,
    Spec,
    action,
    eventually,
    initial,
    invariant,
    require,
    weak,
)


class Shortcut(Spec):
    """One step and a crash lead to the bottom, or nine steps without one."""

    crashes: Parameter[Annotated[int, Between(0, 3)]] = 1
    depth: Annotated[int, Between(0, 9)] = 0
    crashes_left: Annotated[int, Between(0, crashes)]

    @initial
    def start(self) -> None:
        """At the top."""
        self.crashes_left = self.crashes

    @action(fairness=weak())
    def climb(self) -> None:
        """One down."""
        require(self.depth < 9)
        self.depth += 1

    @action(fault=Fault.CRASH)
    def fall(self) -> None:
        """All the way down."""
        require(self.depth == 1 and self.crashes_left > 0)
        self.crashes_left -= 1
        self.depth = 9

    @invariant
    def above(self) -> bool:
        """It does not come to the bottom."""
        return self.depth < 9

    @eventually
    def rests(self) -> bool:
        """It comes by half of the way."""
        return self.depth == 2


ENGINES = pytest.mark.parametrize("engine", ["native", "reference"])


@ENGINES
def test_faults_count_before_steps(engine: str) -> None:
    """The shortest way has a crash; the one without is longer."""
    shortest = check(Shortcut, engine=engine, properties=["above"])
    assert [len(one.trace or ()) for one in shortest.properties] == [3]
    assert shortest.property("above").faults == 1
    fewest = check(Shortcut, engine=engine, properties=["above"], minimal="faults")
    assert [len(one.trace or ()) for one in fewest.properties] == [10]
    assert fewest.property("above").faults == 0
    assert fewest.counts == shortest.counts
    assert fewest.fewest is not None
    assert [layer.most for layer in fewest.fewest.layers] == [0]


@ENGINES
def test_stuck_with_a_fault_left_is_not_stuck(engine: str) -> None:
    """Where one more fault could be taken than a search allows, there is a step."""
    stuck = check(Trap, engine=engine, deadlock=True, minimal="faults").property("deadlock")
    assert (stuck.faults, len(stuck.trace or ())) == (2, 3)


class Trap(Spec):
    """Nothing but faults can happen, and only two of them."""

    crashes: Parameter[Annotated[int, Between(0, 3)]] = 2
    hit: Annotated[int, Between(0, 3)] = 0

    @action(fault=Fault.CRASH)
    def hurt(self) -> None:
        """Is hit."""
        require(self.hit < self.crashes)
        self.hit += 1

    @invariant
    def fine(self) -> bool:
        """It may be hit."""
        return self.hit <= 3


@ENGINES
def test_a_run_for_ever(engine: str) -> None:
    """Only the crash leads past half of the way."""
    missed = check(Shortcut, engine=engine, properties=["rests"], minimal="faults").property("rests")
    assert missed.verdict is Verdict.VIOLATED
    assert missed.faults == 1
    assert check(Shortcut, engine=engine, properties=["rests"], crashes=0).verdict is Verdict.HOLDS


def test_what_holds_is_searched_once() -> None:
    """Nothing is looked for again where nothing is broken."""
    whole = check("two_phase_commit", Participant=2, coordinator_crashes=1, minimal="faults")
    assert whole.verdict is Verdict.HOLDS
    assert whole.fewest is not None
    assert not whole.fewest.layers


@ENGINES
def test_a_limit_leaves_the_fewest_open(engine: str) -> None:
    """What a search that ended early did not find may be there; what is violated stays so."""
    found = check(Shortcut, engine=engine, properties=["above"], minimal="faults", max_states=5)
    assert found.verdict is Verdict.VIOLATED
    assert found.fewest is not None
    assert found.fewest.open.keys() == {"above"}
    assert "--max-states 5" in found.fewest.told


def test_the_command_line_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """In words, in the title of the trace, and as data."""
    command = ["check", "two_phase_commit", "Participant=2", "timeout_commit=true", "coordinator_crashes=1"]
    assert run([*command, "--minimal", "faults", "-k", "agreement"]) == 1
    told = capsys.readouterr().out
    assert "a counterexample with the fewest faults has none, and then 5 states" in told
    assert "A counterexample with the fewest faults, 0, to agreement: 5 states, 4 steps" in told
    assert run([*command, "--minimal", "faults", "-k", "agreement", "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["minimal"] == "faults"
    assert data["properties"][0]["faults"] == 0


def test_what_it_does_not_go_with(tmp_path: Path) -> None:
    """A view merges states with different pasts, and a checkpoint knows of one search."""
    with pytest.raises(UsageError, match="--minimal faults does not go with --checkpoint"):
        check(Shortcut, minimal="faults", checkpoint=tmp_path / "kept")
    with pytest.raises(UsageError, match="--minimal fewest is not possible; there are: steps, faults"):
        check(Shortcut, minimal="fewest")

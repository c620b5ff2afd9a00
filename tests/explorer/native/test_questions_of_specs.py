"""Whole runs, refinement and views of specs in native code: lengths, checkpoints, and what does not go together."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from counts.row import When
from counts.table import ROWS
from examples.ewd840 import EWD840, Node

from indoubt import Verdict, check, resume
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search import native_exploration
from indoubt.explorer.search.answers import DEADLOCK
from indoubt.explorer.search.native_exploration import Asked, explore_natively
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import Limits
from indoubt.finding.specs import UsageError
from indoubt.reports import report
from indoubt.runs.result import Result
from indoubt.specs.commit.tcommit import TCommit
from indoubt.specs.commit.two_phase import ImpatientTwoPhase, TwoPhase
from indoubt.specs.language import Between, Map, Spec, action, every, invariant, require, view

OF_RUNS = {row.spec.__name__ for row in ROWS if row.spec.__name__.startswith(("Fair", "StronglyFair"))} | {
    *("DijkstraRing", "EWD840", "LazyToken", "Peterson", "StaysInside"),
}
FAIR = {row.spec.__name__: row for row in ROWS if row.when is When.ALWAYS and row.spec.__name__ in OF_RUNS}
"""The last row of each spec with properties of whole runs."""


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("name", sorted(FAIR))
def test_runs_of_specs_are_judged_alike(name: str, workers: int) -> None:
    """Every run that breaks a property is confirmed by the source, and as long as the reference interpreter's."""
    row = FAIR[name]
    chosen = None if row.chosen is None else [name for name in row.chosen if name != DEADLOCK]
    lengths = [
        {
            one.name: (one.verdict, None if one.trace is None else (len(one.trace.steps), one.trace.back_to))
            for one in check(row.spec, properties=chosen, engine=engine, workers=count, **row.settings).properties
        }
        for engine, count in (("reference", 1), ("native", workers))
    ]
    assert lengths[0] == lengths[1]


def test_what_is_judged_is_reported() -> None:
    """Once all states are known, the property whose runs are looked at is named."""
    machine = prepared(lower(EWD840, settle(EWD840, {"Node": 3})))
    told: list[Progress] = []
    explore_natively(machine, Asked(Limits(), False, None, frozenset()), told.append)
    assert {one.judging for one in told if one.judging} == {one.name for one in machine.temporal}


@pytest.mark.parametrize("most", [20, 60, 100])
def test_a_broken_refinement_is_kept_by_a_checkpoint(most: int, tmp_path: Path) -> None:
    """Whether the step that breaks it was found before the checkpoint or comes after it."""
    asked: dict[str, Any] = {"RM": 3, "refines": TCommit, "properties": []}
    whole = check(ImpatientTwoPhase, engine="native", **asked)
    check(ImpatientTwoPhase, engine="native", max_states=most, checkpoint=tmp_path / "kept", **asked)
    result = resume(tmp_path / "kept", max_states=1 << 20)
    assert result.verdict is Verdict.VIOLATED
    assert (result.counts, steps_of(result)) == (whole.counts, steps_of(whole)) == (whole.counts, 4)


def steps_of(result: Result) -> int:
    """How many steps the way to the one has that the abstract spec does not allow."""
    trace = result.property("refines TCommit").trace
    assert trace is not None
    return len(trace.steps)


def test_steps_for_which_there_is_no_memory_leave_runs_undecided() -> None:
    """The states are seen, so that the rest of the verdict stands."""
    result = check(EWD840, Node=5, engine="native", memory="1M")
    assert {one.name: one.verdict for one in result.properties} == {
        **dict.fromkeys((one.name for one in result.properties), Verdict.HOLDS),
        "termination_leads_to_detection": Verdict.INCONCLUSIVE,
    }
    assert result.reasons[0].startswith("stopped by --memory 1M, ")
    assert "while whole runs were judged" in result.reasons[0]
    assert "\n  limits      --memory 1M\n" in report.to_text(result)
    assert report.to_data(result)["envelope"]["limits"]["memory_bytes"] == 1 << 20


def test_the_time_limit_counts_what_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what was tried with too few slots: a search that has no time left ends with its initial states."""
    for timeout, is_late in ((199.0, True), (260.0, False)):
        seconds = iter(range(0, 10**6, 100))
        clock = SimpleNamespace(monotonic=lambda seconds=seconds: float(next(seconds)))  # the search has another one
        monkeypatch.setattr(native_exploration, "time", clock)
        found = check(TwoPhase, RM=2, engine="native", timeout=timeout)
        assert found.compile_s == 200
        assert (found.stopped is not None and found.stopped.limit == "--timeout 199") == is_late
        assert found.counts.distinct == (1 if is_late else 56)


def test_fingerprints_do_not_go_with_whole_runs() -> None:
    """A step's end has to be found again, and two states may have one fingerprint."""
    with pytest.raises(UsageError, match="leave it out, or leave out termination_leads_to_detection"):
        check(Wide, engine="native", store="fingerprint", Node=2)


Byte = Annotated[int, Between(0, 255)]
Few = Annotated[int, Between(0, 3)]


class Wide(EWD840):
    """A state of more words than one."""

    numbers: Map[Node, Map[Node, Map[Node, Byte]]] = every(every(every(0)))


def test_a_view_that_is_not_licensed_has_one_worker() -> None:
    """Which of the states it merges is kept depends on the order."""
    with pytest.raises(UsageError, match=r"is not shown to be sound.*leave out --workers"):
        check(Guessing, engine="native", workers=2, view="shown")


class Guessing(Spec):
    """A view that hides what decides."""

    shown_number: Few = 0
    hidden_number: Few = 0

    @action
    def go(self) -> None:
        """By what is hidden."""
        require(self.hidden_number < 3)
        self.hidden_number += 1
        self.shown_number = self.hidden_number

    @invariant
    def small(self) -> bool:
        """Always."""
        return self.shown_number < 4

    @view
    def shown(self) -> object:
        """Without the number that is hidden."""
        return self.shown_number

"""Native code as an engine: the count table, random machines, and what it does not know yet."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from counts.row import Row, When
from counts.run import outcome
from counts.table import ROWS
from hypothesis import HealthCheck, Phase, event, given, settings
from random_machines import machines

from indoubt import check
from indoubt.explorer.backends.backend import State
from indoubt.explorer.backends.native.layout import Layout, Packing, Unsupported
from indoubt.explorer.backends.reference import Reference, StepFailed
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.answers import DEADLOCK
from indoubt.explorer.search.breadth_first import SearchFailed, explore
from indoubt.explorer.search.native_exploration import Asked, explore_natively
from indoubt.explorer.search.result import Exploration, Limits, Verdict
from indoubt.finding import UsageError
from indoubt.result import Result
from indoubt.specs.commit.tcommit import TCommit
from indoubt.specs.commit.two_phase import TwoPhase
from indoubt.specs.language import Seq, Set, Sort, Spec, action, empty, invariant
from indoubt.specs.language.universe import Universe

LAST_OF_EACH = {row.spec.__name__: row for row in ROWS if row.when is When.ALWAYS and not row.symmetry}
MOST = Limits(max_states=400)


WHOLE_RUNS = {name for name in LAST_OF_EACH if name.startswith(("Fair", "StronglyFair"))} | {
    *("DijkstraRing", "EWD840", "LazyToken", "Peterson", "StaysInside"),
}
SEQUENCES = {
    *("AlternatingBit", "BlockingQueue", "LamportMutex", "NaiveBlockingQueue", "NoConsistencyCheck", "NobodyTells"),
    *("Overtaking", "RaftAtomic", "RaftLite", "RaftLog", "Reconf", "Snapshot", "WithoutAcks", "WithoutTies"),
}
MAPS_AS_CHOICES = {"ThreePC"}
NOT_KNOWN = WHOLE_RUNS | SEQUENCES | MAPS_AS_CHOICES
"""The specs that native code refuses, by what it does not know; one that it learns has to leave this list."""


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LAST_OF_EACH.keys() - NOT_KNOWN))
def test_the_count_table_comes_out_equal(name: str) -> None:
    """Counts, verdicts and lengths are those of the reference interpreter."""
    row = LAST_OF_EACH[name]
    assert outcome(row, _natively(row)) == row.expected


@pytest.mark.parametrize("name", sorted(NOT_KNOWN))
def test_what_is_not_known_is_refused(name: str) -> None:
    """And told with the edit, before anything is compiled."""
    with pytest.raises(UsageError, match="run it with --engine reference"):
        _natively(LAST_OF_EACH[name])


def _natively(row: Row) -> Result:
    chosen = None if row.chosen is None else [name for name in row.chosen if name != DEADLOCK]
    deadlock = row.chosen is not None and DEADLOCK in row.chosen
    return check(
        row.spec,
        properties=chosen,
        deadlock=deadlock,
        constraints=row.constraints,
        engine="native",
        workers=2,
        **row.settings,
    )


@given(machine=machines())
@settings(
    max_examples=150,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_native_code_and_the_reference_agree_on_random_machines(machine: Machine) -> None:
    """Counts, levels, verdicts, lengths of counterexamples, bounds, and what fails."""
    machine = dataclasses.replace(machine, temporal=(), views=())
    constraints = frozenset(one.name for one in machine.constraints)
    try:
        layout = Layout(Packing(Universe(machine.sizes)), machine.variables)
    except Unsupported as reason:
        event(f"not known: {str(reason)[:30]}")
        return
    asked = Asked(MOST, deadlock=True, properties=None, constraints=constraints)
    expected = _told(lambda: explore(Reference(machine), MOST, deadlock=True, constraints=constraints))
    try:
        assert _told(lambda: explore_natively(machine, asked)) == expected
    except Unsupported as reason:
        event(f"not known: {str(reason)[:30]}")
        return
    states = _first_states(machine)
    assert [layout.unpack(layout.pack(state)) for state in states] == states


def _told(explored: Callable[[], Exploration]) -> object:
    """What an exploration says, or what it fails with."""
    try:
        found = explored()
    except SearchFailed as failed:
        return failed.failure.code, None if failed.path is None else len(failed.path.steps)
    if found.stopped is not None:
        return found.stopped.limit
    answers = [(one.property, one.verdict, None if one.path is None else len(one.path.steps)) for one in found.answers]
    return answers, found.counts, found.levels, dict(found.taken), set(found.bounds)


def _first_states(machine: Machine) -> list[State]:
    """The initial states and their successors."""
    reference = Reference(machine)
    try:
        states = [outcome[1] for outcome in reference.initial() if isinstance(outcome, tuple)]
        return states + [one[1] for state in states for one in reference.steps(state) if isinstance(one, tuple)]
    except StepFailed:
        return []


def test_what_native_code_does_not_know_is_refused_with_the_edit() -> None:
    """The reason names the type, or the part of the question."""
    with pytest.raises(
        UsageError, match=r"does not know values of type `Seq\[Item\]` yet; run it with --engine reference"
    ):
        check(Buffer, Item=2, queue=2, engine="native")
    with pytest.raises(UsageError, match="native code does not know refinement yet; leave out --engine native"):
        check(TwoPhase, RM=2, refines=TCommit, engine="native")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"engine": "fast"}, "unknown engine 'fast'; there are: reference, native"),
        ({"workers": 2}, "--workers is for native code; add --engine native, or leave it out"),
        ({"memory": "1G"}, "--memory is for native code"),
        ({"engine": "native", "workers": 0}, "workers=0 is not possible; give 1 or more"),
        ({"engine": "native", "memory": "3X"}, "--memory 3X is no size; write a number with a unit, as in 4G or 512M"),
    ],
)
def test_engines_are_asked_for_in_words_that_there_are(given: dict[str, Any], message: str) -> None:
    """A wrong engine, or a setting of the other one, is told."""
    with pytest.raises(UsageError, match=message):
        check(TwoPhase, RM=2, **given)


def test_the_verdict_names_the_engine() -> None:
    """It is part of the envelope."""
    assert check(TwoPhase, RM=2).envelope.engine == "reference interpreter"
    assert check(TwoPhase, RM=2, engine="native").envelope.engine == "native code"
    assert check(TwoPhase, RM=2, engine="native", workers=2, memory="1G").envelope.engine == "native code, 2 workers"


class Item(Sort):
    """Something to be kept in order."""


class Buffer(Spec):
    """What native code cannot run yet."""

    queue: Seq[Item] = empty()

    @action
    def put(self, item: Item) -> None:
        """One more."""
        self.queue.append(item)

    @invariant
    def short(self) -> bool:
        """There is an end."""
        return len(self.queue) < 3


class Leaves(Spec):
    """The initial state violates the invariant, and none of its steps can be computed."""

    members: Set[Item] = empty()

    @action
    def leave(self, item: Item) -> None:
        """Of one that is not there."""
        self.members.remove(item)

    @invariant
    def somebody(self) -> bool:
        """Nobody is."""
        return len(self.members) > 0


@pytest.mark.parametrize("engine", ["reference", "native"])
def test_a_level_that_nobody_expands_cannot_fail(engine: str) -> None:
    """A state beside a violation is only looked at for a deadlock, and one whose steps fail is not stuck."""
    result = check(Leaves, Item=2, engine=engine, deadlock=True)
    assert {one.name: one.verdict for one in result.properties} == {
        "somebody": Verdict.VIOLATED,
        "deadlock": Verdict.INCONCLUSIVE,
    }

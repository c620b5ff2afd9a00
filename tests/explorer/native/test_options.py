"""Whatever way a question is answered, the answer is the same: verdicts, and lengths of counterexamples.

A way is an engine, a number of workers, a store, logs in memory or on disk, one run or several, all states or one of
each orbit. The reference interpreter with all states is what the others are compared with.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from brute_orbits import symmetry_of
from counts.row import Row, When
from counts.table import ROWS
from examples.peterson import Peterson
from graph_searches import logs_on_disk
from hypothesis import HealthCheck, Phase, event, given, settings, strategies as st
from mail import Mail
from native_engine import MOST, said
from oracles.duel import FairDuel
from random_machines import machines

from indoubt import check, resume
from indoubt.explorer.backends.native.packing import Unsupported
from indoubt.explorer.backends.native.slots import Slots, with_enough
from indoubt.explorer.backends.reference import Reference, StepFailed
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search import native_exploration
from indoubt.explorer.search.answers import DEADLOCK
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.native_exploration import Asked, explore_natively
from indoubt.explorer.search.result import Exploration
from indoubt.explorer.search.seen import Seen
from indoubt.explorer.search.symmetry import Orbits
from indoubt.runs.result import Result
from indoubt.specs.commit.tcommit import TCommit
from indoubt.specs.commit.two_phase import ImpatientTwoPhase, TwoPhase
from indoubt.specs.consensus.paxos import Paxos, PaxosIgnoringVotes
from indoubt.specs.language import Spec
from indoubt.specs.language.machine import TEMPORAL

FACTORS = 5
COVERING = [(False,) * FACTORS, *(tuple((row - place) % 5 < 3 for place in range(FACTORS)) for row in range(5))]
"""Any two factors take all four pairs of values: any two sets of three of the five rows overlap, and none has another.

Katona, "Two applications (for search theory and truth functions) of Sperner type theorems" (1973).
"""


def test_any_two_options_are_tried_in_all_four_ways() -> None:
    """Six ways do for five options."""
    for one, other in combinations(range(FACTORS), 2):
        assert {(row[one], row[other]) for row in COVERING} == set(product((False, True), repeat=2))


@dataclass(frozen=True)
class Way:
    """How native code is asked."""

    has_two_workers: bool
    has_prints: bool
    is_on_disk: bool
    is_in_parts: bool
    is_symmetric: bool

    def __str__(self) -> str:
        """What differs from the plainest way."""
        return " ".join(one.name for one in dataclasses.fields(self) if getattr(self, one.name)) or "plain"

    @property
    def options(self) -> dict[str, Any]:
        """What `check` is given."""
        return {
            "engine": "native",
            "workers": 2 if self.has_two_workers else 1,
            "store": "fingerprint" if self.has_prints else "exact",
            **({"symmetry": True} if self.is_symmetric else {}),
        }


@dataclass(frozen=True)
class Question:
    """A spec with what is asked of it."""

    spec: type[Spec]
    asked: dict[str, Any] = field(default_factory=dict[str, Any])
    has_symmetry: bool = True
    """Whether one state of each orbit may be asked for."""

    def __str__(self) -> str:
        """The spec and its settings."""
        settings_ = [f"{name}={getattr(value, '__name__', value)}" for name, value in self.asked.items()]
        return " ".join([self.spec.__name__, *settings_])

    def answer(self, **options: Any) -> Result:
        """Ask it."""
        return check(self.spec, **self.asked, **options)

    def answered(self, way: Way, folder: Path) -> Result:
        """Ask it in some way; logs and checkpoints go into a folder."""
        options = way.options
        if way.is_on_disk:
            options["disk"] = folder
        with logs_on_disk() if way.is_on_disk else nullcontext():
            if not way.is_in_parts:
                return self.answer(**options)
            kept, workers, most = folder / "kept", way.options["workers"], 3
            result = self.answer(**options, max_states=most, checkpoint=kept)
            while result.stopped is not None and result.storage is not None and result.storage.checkpoint is not None:
                most, workers = max(6 * most, 2 * result.counts.distinct), 3 - workers
                result = resume(kept, max_states=most, workers=workers)
            return result


def answers(result: Result) -> dict[str, object]:
    """The verdict on each property, and how long the way is to its violation, or to what is to be reached."""
    return {one.name: (one.verdict, None if one.trace is None else len(one.trace)) for one in result.properties}


def agrees(expected: Result, found: Result, *, is_symmetric: bool) -> None:
    """Compare two results: the counts too where both have all states."""
    assert answers(found) == answers(expected)
    assert (found.verdict, found.stopped) == (expected.verdict, None)
    assert len(found.levels) == len(expected.levels)
    if is_symmetric:
        assert found.counts.distinct <= expected.counts.distinct
        return
    assert (found.counts, found.levels) == (expected.counts, expected.levels)
    assert found.envelope.taken == expected.envelope.taken
    assert set(found.envelope.bounds) == set(expected.envelope.bounds)


def mail(**asked: Any) -> dict[str, Any]:
    """Settings of `Mail`."""
    return {"Clerk": 2, "queue": 2, "heap": 3, **asked}


QUESTIONS = [
    Question(Mail, mail(most=3)),
    Question(Mail, mail(most=3, light=2, deadlock=True)),
    Question(ImpatientTwoPhase, {"RM": 2, "refines": TCommit}, has_symmetry=False),
]
MORE = [
    Question(Mail, mail(most=6, queue=1, heap=1)),
    Question(Mail, mail(most=6, queue=1, heap=1, deadlock=True)),
    Question(Mail, mail(most=3, last=1)),
    Question(Mail, mail(most=4, constraints=["short"])),
    Question(Mail, mail(most=3, view="whole"), has_symmetry=False),
    Question(Mail, mail(most=3, view="whole", last=2, deadlock=True), has_symmetry=False),
    Question(TwoPhase, {"RM": 3}),
    Question(TwoPhase, {"RM": 3, "deadlock": True}),
    Question(TwoPhase, {"RM": 2, "refines": TCommit}, has_symmetry=False),
    Question(ImpatientTwoPhase, {"RM": 3}),
    Question(Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 1}),
    Question(PaxosIgnoringVotes, {"Acceptor": 3, "Value": 2, "Ballot": 2}),
    Question(FairDuel, {"P": 3}, has_symmetry=False),
    Question(FairDuel, {"P": 3, "leader": True, "deadlock": True}, has_symmetry=False),
]


def ways(question: Question, rows: list[tuple[bool, ...]]) -> Iterator[Way]:
    """The ways in which a question may be asked."""
    for row in rows:
        way = Way(*row)
        yield way if question.has_symmetry else dataclasses.replace(way, is_symmetric=False)


def _every_way(question: Question, rows: list[tuple[bool, ...]], folder: Path) -> None:
    expected = question.answer(engine="reference")
    for number, way in enumerate(dict.fromkeys(ways(question, rows))):
        place = folder / str(number)
        place.mkdir()
        try:
            agrees(expected, question.answered(way, place), is_symmetric=way.is_symmetric)
        except AssertionError as error:
            error.add_note(f"{question}: {way}")
            raise
    if question.has_symmetry:
        symmetric = question.answer(engine="reference", symmetry=True)
        agrees(expected, symmetric, is_symmetric=True)


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_every_two_options_together_change_no_answer(question: Question, tmp_path: Path) -> None:
    """In six ways."""
    _every_way(question, COVERING, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("question", MORE, ids=str)
def test_every_two_options_together_change_no_answer_of_more_specs(question: Question, tmp_path: Path) -> None:
    """In six ways."""
    _every_way(question, COVERING, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("question", [*QUESTIONS, MORE[0]], ids=str)
def test_all_options_together_change_no_answer(question: Question, tmp_path: Path) -> None:
    """In all ways that there are."""
    _every_way(question, list(product((False, True), repeat=FACTORS)), tmp_path)


def test_a_run_that_turns_out_to_need_more_slots_starts_again(tmp_path: Path) -> None:
    """The states of a checkpoint are packed into fewer, so that nothing goes on from them."""
    question = MORE[0]
    question.answer(engine="native", max_states=20, checkpoint=tmp_path / "kept")
    found = resume(tmp_path / "kept", max_states=1 << 20)
    agrees(question.answer(engine="reference"), found, is_symmetric=False)


def test_a_run_of_a_spec_that_fixes_its_sizes_goes_on(tmp_path: Path) -> None:
    """They are not given again."""
    question = Question(Peterson, has_symmetry=False)
    question.answer(engine="native", max_states=5, checkpoint=tmp_path / "kept")
    found = resume(tmp_path / "kept", max_states=1 << 20)
    agrees(question.answer(engine="reference"), found, is_symmetric=False)


def test_the_questions_have_all_kinds_of_answers() -> None:
    """States that fill more slots than there are at first, bounds, violations of every kind, runs and steps."""
    results = [question.answer(engine="reference") for question in (*QUESTIONS, *MORE)]
    kinds = {one.kind for result in results for one in result.properties if one.trace is not None}
    assert kinds == {"invariant", "step_invariant", "assertion", "reachable", "refinement", "eventually", DEADLOCK}
    assert any(result.envelope.bounds for result in results)


LAST_OF_EACH = {row.spec.__name__: row for row in ROWS if row.when is When.ALWAYS and not row.symmetry}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LAST_OF_EACH))
def test_every_two_options_together_change_no_row_of_the_count_table(name: str, tmp_path: Path) -> None:
    """The last row of each spec. Where whole runs are judged, fingerprints are refused."""
    question = _question(LAST_OF_EACH[name])
    expected = question.answer(engine="native")
    has_runs = any(one.kind in TEMPORAL for one in expected.properties)
    for number, way in enumerate(ways(question, COVERING)):
        place = tmp_path / str(number)
        place.mkdir()
        known = dataclasses.replace(way, has_prints=way.has_prints and not has_runs)
        agrees(expected, question.answered(known, place), is_symmetric=False)


def _question(row: Row) -> Question:
    chosen = None if row.chosen is None else [name for name in row.chosen if name != DEADLOCK]
    deadlock = row.chosen is not None and DEADLOCK in row.chosen
    asked = {"properties": chosen, "deadlock": deadlock, "constraints": row.constraints, **row.settings}
    return Question(row.spec, asked, has_symmetry=False)


@pytest.mark.slow
@given(machine=machines(), data=st.data())
@settings(
    max_examples=100,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_no_options_change_an_answer_about_a_random_machine(machine: Machine, data: st.DataObject) -> None:
    """Properties of whole runs, constraints, views, orbits, deadlocks; workers, stores and slots."""
    constraints = frozenset(one.name for one in machine.constraints) if data.draw(st.booleans()) else frozenset[str]()
    asked = Asked(MOST, deadlock=data.draw(st.booleans()), properties=None, constraints=constraints)
    reduction = data.draw(st.sampled_from(["none", "none", "view", "orbits"]))
    if reduction != "none" or constraints:
        machine = dataclasses.replace(machine, temporal=())
    if reduction == "view" and machine.views:
        asked = dataclasses.replace(asked, view=Seen(0, is_licensed=data.draw(st.booleans())))
    if reduction == "orbits":
        try:
            symmetry, allowed = symmetry_of(machine)
        except StepFailed:
            return
        orbits = Orbits(machine, symmetry) if symmetry.blocks else None
        asked = dataclasses.replace(asked, orbits=orbits, properties=allowed, constraints=constraints & allowed)
    expected = said(
        lambda: explore(
            Reference(machine),
            asked.limits,
            deadlock=asked.deadlock,
            properties=asked.properties,
            constraints=asked.constraints,
            view=asked.view,
            orbits=asked.orbits,
        )
    )
    has_order = asked.view is None and asked.orbits is None
    asked = dataclasses.replace(
        asked,
        workers=data.draw(st.sampled_from([1, 2])) if has_order else 1,
        fingerprints=data.draw(st.booleans()) and not machine.temporal,
    )
    with pytest.MonkeyPatch.context() as patch:
        if data.draw(st.booleans()):
            patch.setattr(native_exploration, "with_enough", _with_one_at_first)
        try:
            found = said(lambda: explore_natively(machine, asked))
        except Unsupported as reason:
            event(str(reason)[:30])
            return
    is_cut_short = not isinstance(expected[0], list)
    if asked.workers > 1 and is_cut_short:  # another failure of the level, or another limit on what is left of it
        assert type(found[0]) is type(expected[0])
    else:
        assert found == expected


def _with_one_at_first(machine: Machine, run: Callable[[Slots], Exploration], _: Slots | None) -> Exploration:
    """One slot for everything at first."""
    return with_enough(machine, run, Slots({}, 1))

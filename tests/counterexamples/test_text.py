"""The trace as text: what people read, to the character."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from indoubt.counterexamples.evidence import evidence
from indoubt.counterexamples.record import record
from indoubt.counterexamples.text import to_rich, to_text
from indoubt.counterexamples.trace import Trace
from indoubt.specs.commit.two_phase import RM, TwoPhase
from indoubt.specs.language import Map, Set, Sort, Spec, action, empty, every, initial, invariant

Golden = Callable[[str, str], None]


@pytest.mark.parametrize("name", ["split", "storm", "desk", "closing", "stuck"])
def test_a_trace_reads_as_it_did(name: str, golden: Golden, request: pytest.FixtureRequest) -> None:
    """Steps with parameters, who takes them, what they read and change, faults, and why the last state matters."""
    golden(to_text(request.getfixturevalue(name)) + "\n", f"trace_{name}.txt")


def test_a_run_that_decides_nothing_ends_with_its_last_step() -> None:
    """Without a property there is no conclusion."""
    text = to_text(record(TwoPhase(RM=1), [("rm_prepare", RM(0))]))
    assert text.splitlines()[-1].strip() == "msgs           + Prepared(RM0)"


def test_rich_text_has_the_same_characters(storm: Trace) -> None:
    """Colour says nothing that the characters do not say."""
    assert to_rich(storm).plain == "\n".join(line.rstrip() for line in to_text(storm).splitlines())
    assert {str(span.style) for span in to_rich(storm).spans} >= {"dim", "bold", "bold red", "green"}


def test_no_line_ends_in_a_space(split: Trace) -> None:
    """So that a trace can be pasted anywhere."""
    assert all(line == line.rstrip() for line in to_text(split).splitlines())


class Thing(Sort): ...


class Initially(Spec):
    """Wrong from the start, for one choice."""

    on: Map[Thing, bool]

    @initial
    def start(self, t: Thing) -> None:
        self.on = every(False)
        self.on[t] = True

    @action
    def off(self, t: Thing) -> None:
        self.on[t] = False

    @invariant
    def all_off(self) -> bool:
        return not any(self.on[t] for t in Thing)


def test_a_violation_in_the_initial_state_says_so_and_shows_the_choice() -> None:
    """There is no step to tell about, and no docstring to quote."""
    state = Initially(Thing=2)
    state.start(Thing(1))
    assert to_text(record(state, [], shows="all_off", choice={"t": Thing(1)})).splitlines() == [
        "  0  initial state with t = Thing1",
        "      on  {Thing0: False, Thing1: True}",
        "",
        "all_off is violated in the initial state",
        "      on[Thing1]  True",
    ]


def test_evidence_is_minimal(split: Trace) -> None:
    """One site that committed and one that aborted suffice; the coordinator's own commit is not needed."""
    assert [(item.place, item.text()) for item in evidence(split)] == [
        ("phase[Site0]", "COMMITTED"),
        ("phase[Site1]", "ABORTED"),
    ]


class Ring(Spec):
    """Saves a state, and comes back to it."""

    s: Map[Thing, bool] = every(False)
    saved: Map[Thing, bool] | None = None
    moves: Set[Thing] = empty()
    noise: Map[Thing, bool] = every(False)

    @action
    def save(self) -> None:
        self.saved = self.s

    @action
    def move(self, t: Thing) -> None:
        self.s[t] = not self.s[t]
        self.moves.add(t)

    @action
    def rest(self, t: Thing) -> None:
        self.noise[t] = True

    @invariant
    def no_state_comes_back(self) -> bool:
        return not (len(self.moves) == 1 and self.s == self.saved)


def test_evidence_shows_what_is_as_it_was_where_that_matters() -> None:
    """That `saved` equals `s` cannot be seen without `s`; what is not asked about stays out."""
    calls = [("save",), ("rest", Thing(0)), ("move", Thing(1)), ("move", Thing(1))]
    shown = evidence(record(Ring(Thing=2), calls, shows="no_state_comes_back"))
    assert [(item.place, item.text()) for item in shown] == [
        ("s", "{Thing0: False, Thing1: False}"),
        ("saved", "{Thing0: False, Thing1: False}"),
        ("moves", "contains Thing1"),
    ]


def test_evidence_names_single_members_of_sets(desk: Trace) -> None:
    """Of a set only the member that matters is shown."""
    assert [(item.place, item.text()) for item in evidence(desk)] == [("desk_done", "contains Worker1")]


def test_a_deadlock_has_no_evidence(stuck: Trace) -> None:
    """It is the whole state that enables nothing."""
    assert evidence(stuck) == []

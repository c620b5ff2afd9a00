"""Protocols implement what they are for: every step is one of the abstract spec, or changes nothing there.

What the explorer says is compared with the Python sources of both specs, which know nothing of its machines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from indoubt import Verdict, check
from indoubt.counterexamples.replay import ReplayMismatch, in_state
from indoubt.explorer.backends.backend import State
from indoubt.explorer.backends.source import Source
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.values import decode
from indoubt.explorer.search.refinement import Refinement
from indoubt.specs.commit.paxos_commit import PaxosCommit, PaxosCommitIgnoringVotes
from indoubt.specs.commit.tcommit import HastyCommit, TCommit
from indoubt.specs.commit.two_phase import ImpatientTwoPhase, TwoPhase
from indoubt.specs.consensus.consensus import Consensus, FickleConsensus
from indoubt.specs.consensus.paxos import Paxos, PaxosIgnoringVotes
from indoubt.specs.consensus.voting import Voting, VotingIgnoringVotes
from indoubt.specs.language import Set, Spec
from indoubt.specs.language.declarations import sorts_of
from indoubt.specs.language.display import show
from indoubt.specs.language.universe import within

CHOSEN = {"chosen": "chosen_values"}
ONE: dict[str, Any] = {"Acceptor": 1, "Value": 2, "Ballot": 2}
TOLD = {"rm_rcv_commit_msg", "rm_rcv_abort_msg"}
"""Two messages that should not both be sent may be heard in either order."""

HOLDING: list[Any] = [
    (TCommit, TCommit, {}, {"RM": 3}),
    (TwoPhase, TCommit, {}, {"RM": 1}),
    (TwoPhase, TCommit, {}, {"RM": 2}),
    (TwoPhase, TCommit, {}, {"RM": 3}),
    (PaxosCommit, TCommit, {}, {"RM": 1, "Acceptor": 1, "Ballot": 2}),
    (PaxosCommit, TCommit, {}, {"RM": 1, "Acceptor": 3, "Ballot": 2}),
    (PaxosCommit, TCommit, {}, {"RM": 2, "Acceptor": 1, "Ballot": 2}),
    (PaxosCommit, TCommit, {}, {"RM": 2, "Acceptor": 3, "Ballot": 1}),
    (Paxos, Voting, {}, ONE),
    (Paxos, Voting, {}, {"Acceptor": 3, "Value": 2, "Ballot": 1}),
    pytest.param(Paxos, Voting, {}, {"Acceptor": 3, "Value": 2, "Ballot": 2}, marks=pytest.mark.slow),
    (Paxos, Consensus, CHOSEN, ONE),
    pytest.param(Paxos, Consensus, CHOSEN, {"Acceptor": 3, "Value": 2, "Ballot": 2}, marks=pytest.mark.slow),
    (Voting, Consensus, {}, {"Acceptor": 3, "Value": 2, "Ballot": 2}),
    pytest.param(Voting, Consensus, {}, {"Acceptor": 3, "Value": 2, "Ballot": 3}, marks=pytest.mark.slow),
    (Consensus, Consensus, {}, {"Value": 3}),
]

BREAKING: list[Any] = [
    (HastyCommit, TCommit, {}, {"RM": 2}, 3, {"decide_commit"}),
    (ImpatientTwoPhase, TCommit, {}, {"RM": 2}, 5, {"rm_rcv_commit"}),
    (PaxosCommitIgnoringVotes, TCommit, {}, {"RM": 1, "Acceptor": 1, "Ballot": 2}, 11, TOLD),
    pytest.param(
        PaxosCommitIgnoringVotes,
        TCommit,
        {},
        {"RM": 2, "Acceptor": 1, "Ballot": 2},
        13,
        TOLD,
        marks=pytest.mark.slow,
    ),
    (PaxosIgnoringVotes, Voting, {}, ONE, 9, {"phase_2b"}),
    (PaxosIgnoringVotes, Consensus, CHOSEN, ONE, 9, {"phase_2b"}),
    (VotingIgnoringVotes, Voting, {}, ONE, 2, {"vote_for"}),
    (VotingIgnoringVotes, Consensus, {}, ONE, 3, {"vote_for"}),
    (VotingIgnoringVotes, Consensus, {}, {"Acceptor": 3, "Value": 2, "Ballot": 2}, 5, {"vote_for"}),
    (FickleConsensus, Consensus, {}, {"Value": 2}, 3, {"choose"}),
]


@pytest.mark.parametrize(("spec", "abstract", "mapping", "settings"), HOLDING)
def test_a_protocol_refines_its_abstract_spec(
    spec: type[Spec], abstract: type[Spec], mapping: dict[str, str], settings: dict[str, Any]
) -> None:
    """Every step is one of the abstract spec, and the counts are those of the protocol alone."""
    result = check(spec, refines=abstract, mapping=mapping, properties=[], **settings)
    name = f"refines {abstract.__name__}"
    assert [(one.name, one.verdict) for one in result.properties] == [(name, Verdict.HOLDS)]
    assert result.verdict is Verdict.HOLDS
    alone = check(spec, **settings).counts
    assert result.counts == alone


@pytest.mark.parametrize(("spec", "abstract", "mapping", "settings", "length", "last"), BREAKING)
def test_a_broken_protocol_breaks_the_refinement_in_a_shortest_way(
    spec: type[Spec],
    abstract: type[Spec],
    mapping: dict[str, str],
    settings: dict[str, Any],
    length: int,
    last: set[str],
) -> None:
    """The counterexample ends with a step that the abstract spec does not allow; the Python sources find the same."""
    result = check(spec, refines=abstract, mapping=mapping, properties=[], **settings)
    trace = result.property(f"refines {abstract.__name__}").trace
    assert result.verdict is Verdict.VIOLATED
    assert trace is not None
    assert len(trace) == length
    assert trace.steps[-1].action in last
    assert first_breaks(spec, abstract, mapping, settings) == (length, last)


@pytest.mark.parametrize(
    ("spec", "abstract", "mapping", "settings"),
    [
        (TwoPhase, TCommit, {}, {"RM": 2}),
        (PaxosCommit, TCommit, {}, {"RM": 1, "Acceptor": 1, "Ballot": 2}),
        (Paxos, Voting, {}, ONE),
        (Paxos, Consensus, CHOSEN, ONE),
        (Voting, Consensus, {}, ONE),
    ],
)
def test_the_python_sources_alone_find_nothing_to_object(
    spec: type[Spec], abstract: type[Spec], mapping: dict[str, str], settings: dict[str, Any]
) -> None:
    """Walking through the states of the protocol with plain Python, no step leaves the abstract spec."""
    assert first_breaks(spec, abstract, mapping, settings) is None


def test_the_verdict_says_what_the_step_changes_and_names_the_mapping() -> None:
    """A broken refinement is told in the words of the abstract spec; one that holds names what was mapped by hand."""
    broken = check(PaxosIgnoringVotes, refines=Consensus, mapping=CHOSEN, properties=[], **ONE)
    assert broken.property("refines Consensus").claim == (
        "the last step changes chosen from {Value0} to {Value0, Value1}, and no action of Consensus does that"
    )
    holding = check(Paxos, refines=Consensus, mapping=CHOSEN, properties=[], Acceptor=1, Value=1, Ballot=1)
    assert holding.property("refines Consensus").claim == (
        "every step is a step of Consensus, or changes nothing there, with chosen = chosen_values"
    )


def test_a_refinement_can_be_asked_for_by_name_and_is_checked_among_other_properties() -> None:
    """`refines TCommit` is the name of a property, and violations of the same depth are reported together."""
    alone = check(ImpatientTwoPhase, refines="tcommit", properties=["refines TCommit"], RM=2)
    assert [one.name for one in alone.properties] == ["refines TCommit"]
    among = check(PaxosIgnoringVotes, refines="voting", **ONE)
    violated = {one.name for one in among.properties if one.verdict is Verdict.VIOLATED}
    assert violated == {"agreement", "chosen_once", "refines Voting"}


def test_a_limit_leaves_a_refinement_undecided() -> None:
    """A search that is cut off says nothing about the steps it has not seen."""
    result = check(TwoPhase, refines=TCommit, max_states=5, properties=[], RM=2)
    assert result.verdict is Verdict.INCONCLUSIVE


def disallowing(*_: object) -> bool:
    """An abstract spec that allows nothing."""
    return False


def test_a_search_that_lies_about_a_step_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken refinement is confirmed by the sources of both specs, which know that the step is allowed."""
    monkeypatch.setattr(Refinement, "allows", disallowing)
    with pytest.raises(ReplayMismatch, match=r"(?s)TCommit does not allow it.*allows it"):
        check(TwoPhase, refines=TCommit, properties=[], RM=2)


def test_a_search_that_lies_about_an_initial_state_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """So is an initial state that the abstract spec does have."""
    monkeypatch.setattr(Refinement, "allows_initial", disallowing)
    with pytest.raises(ReplayMismatch, match=r"(?s)TCommit does not allow it.*allows it"):
        check(TwoPhase, refines=TCommit, properties=[], RM=2)


def first_breaks(
    spec: type[Spec], abstract: type[Spec], names: Mapping[str, str], given: dict[str, Any]
) -> tuple[int, set[str]] | None:
    """The shortest ways to a step that is none of the abstract spec: how many states they have, which actions end them.

    Only the Python sources take part: states of the two specs are compared by how their values are printed.
    """
    wanted = Walk(abstract, {sort.__name__: given[sort.__name__] for sort in sorts_of(abstract)}, {})
    protocol = Walk(spec, given, {variable: names.get(variable, variable) for variable in wanted.names})
    states = {wanted.seen(state): state for state in wanted.initial()}
    level = protocol.initial()
    assert {protocol.seen(state) for state in level} <= set(states)
    known, length = set(level), 1
    while level:
        length += 1
        broken: set[str] = set()
        following: list[State] = []
        for state in level:
            start = protocol.seen(state)
            allowed = {wanted.seen(after): after for _, after in wanted.steps(states[start])}
            states |= allowed
            for name, after in protocol.steps(state):
                if protocol.seen(after) not in {start, *allowed}:
                    broken.add(name)
                elif after not in known:
                    known.add(after)
                    following.append(after)
        if broken:
            return length, broken
        level = following
    return None


class Walk:
    """Steps of a spec as its Python source takes them; `names` are its words for the variables to look at."""

    def __init__(self, spec: type[Spec], given: dict[str, Any], names: Mapping[str, str]) -> None:
        settings = settle(spec, given)
        self.variables = lower(spec, settings).variables
        self.names = names or {variable.name: variable.name for variable in self.variables}
        self.source = Source(spec, settings, lower(spec, settings))
        self.blank = spec(**given)
        self.universe = settings.universe

    def initial(self) -> list[State]:
        """The initial states."""
        return [outcome[1] for outcome in self.source.initial() if isinstance(outcome, tuple)]

    def steps(self, state: State) -> list[tuple[str, State]]:
        """The names of the enabled actions, with where they lead."""
        outcomes = [outcome for outcome in self.source.steps(state) if isinstance(outcome, tuple)]
        return [(taken.action.name, after) for taken, after in outcomes]

    def seen(self, state: State) -> str:
        """How the variables to look at are printed in a state."""
        pairs = list(zip(self.variables, state, strict=True))
        with within(self.universe):
            held = in_state(self.blank, {one.name: decode(value, one.type) for one, value in pairs})
            found = {variable: getattr(held, name) for variable, name in self.names.items()}
            return ", ".join(f"{name} = {text_of(value)}" for name, value in found.items())


def text_of(found: Any) -> str:
    """A variable, or the result of a helper, which may be one of Python's own sets."""
    value: Any = found() if callable(found) else found
    items: Any = value
    return show(Set(items) if isinstance(value, set) else value)

"""Paxos as nodes: the states of the state machine, and the steps of voting."""

from __future__ import annotations

import pytest
from counts.cases import cases
from counts.row import Row
from counts.run import observed_soon

from indoubt import check
from indoubt.specs.consensus.paxos_nodes import AcceptorNode, Leader, PaxosNodes, Prepare, Promise, Propose
from indoubt.specs.consensus.voting import Acceptor, Ballot, Value, Vote, Voting
from indoubt.specs.language import Faults, Map, NotEnabled, Quorum, Set, sizes

SIZES = {"Acceptor": 3, "Value": 2, "Ballot": 2}


@pytest.mark.parametrize("row", cases(PaxosNodes))
def test_counts_verdicts_and_lengths_are_those_of_the_table(row: Row) -> None:
    """With dead messages kept they are those that TLC finds of the state machine, generated states included."""
    assert observed_soon(row) == row.expected


def test_every_step_is_one_of_voting() -> None:
    """Acceptors that look at nothing but messages do what acceptors do that see each other's votes."""
    mapping = {"votes": "acceptors.votes", "max_bal": "acceptors.max_bal"}
    result = check(PaxosNodes, Acceptor=3, Value=2, Ballot=2, refines=Voting, mapping=mapping)
    assert result.verdict.value == "holds"


def test_what_is_on_disk_is_enough() -> None:
    """A crash inside a handler and a restart do no harm, of leaders and of acceptors."""
    faults = Faults(torn=1, restarts=1)
    result = check(PaxosNodes, Acceptor=1, Value=2, Ballot=2, faults=faults, properties=["agreement", "chosen_once"])
    assert result.verdict.value == "holds"


def test_a_leader_proposes_the_latest_vote_that_a_quorum_reports() -> None:
    """The handler alone, in plain Python: phase 2a of the paper."""
    with sizes(**SIZES):
        leader, low, high = Leader(Ballot(1)), Vote(Ballot(0), Value(0)), Vote(Ballot(1), Value(1))
        told = Map({Acceptor(0): Set({Promise(low)}), Acceptor(1): Set({Promise(high)}), Acceptor(2): Set[Promise]()})
        quorum = Quorum({Acceptor(0), Acceptor(1)})
        with pytest.raises(NotEnabled):
            leader.propose(told, quorum, Value(0))
        leader.propose(told, quorum, Value(1))
        assert leader.proposed == Value(1)
        assert {one.message for one in leader.sent} == {Propose(Value(1))}


def test_an_acceptor_keeps_its_promise() -> None:
    """Once it has joined a ballot it joins none below, and does not vote there."""
    with sizes(**SIZES):
        acceptor = AcceptorNode(Acceptor(0))
        acceptor.on_prepare(Prepare(), Ballot(1))
        with pytest.raises(NotEnabled):
            acceptor.on_prepare(Prepare(), Ballot(0))
        with pytest.raises(NotEnabled):
            acceptor.on_propose(Propose(Value(0)), Ballot(0))
        assert (acceptor.max_bal, acceptor.last_vote) == (Ballot(1), None)

"""Single-decree Paxos, with quorums of all sizes and with each of its rules broken, against TLC."""

from typing import Any

import pytest
from counts.cases import cases
from counts.row import Row
from counts.run import observed

from indoubt import check
from indoubt.specs.consensus.paxos import Paxos, PaxosIgnoringVotes
from indoubt.specs.consensus.paxos_with_faults import PaxosWithFaults


@pytest.mark.parametrize("row", cases(Paxos, PaxosIgnoringVotes, PaxosWithFaults))
def test_the_oracle_and_the_checker_agree(row: Row) -> None:
    """Counts, verdicts and lengths are those of the count table."""
    assert observed(row) == row.expected


@pytest.mark.parametrize("sizes", [{"Acceptor": 1, "Value": 2, "Ballot": 2}, {"Acceptor": 3, "Value": 2, "Ballot": 1}])
def test_without_faults_both_specs_have_the_same_states(sizes: dict[str, Any]) -> None:
    """Quorums as sets of acceptors and quorums by size say the same when the size is a majority."""
    majority = sizes["Acceptor"] // 2 + 1
    faulty = check(PaxosWithFaults, phase_1_quorum=majority, phase_2_quorum=majority, **sizes)
    plain = check(Paxos, **sizes)
    assert (plain.counts.distinct, plain.counts.depth) == (faulty.counts.distinct, faulty.counts.depth)


def test_ignoring_votes_proposes_two_values() -> None:
    """The counterexample of the broken variant holds two proposals for different values."""
    result = check(PaxosIgnoringVotes, Acceptor=1, Value=2, Ballot=2, properties=["agreement"])
    trace = result.property("agreement").trace
    assert trace is not None
    assert len({proposal.vote.val for proposal in trace.last["proposals"]}) == 2

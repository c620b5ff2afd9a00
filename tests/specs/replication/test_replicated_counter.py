"""The replicated counter: what it survives, and what it rests on."""

from __future__ import annotations

import pytest

from indoubt import check
from indoubt.faults.asking import Asking
from indoubt.faults.assumptions import KINDS
from indoubt.invariants.quorums import Threshold
from indoubt.specs.language import Faults, Network, Set
from indoubt.specs.replication.replicated_counter import (
    Client,
    Increment,
    Replica,
    ReplicaNode,
    ReplicatedCounter,
    Role,
)

SIZES = {"Client": 2, "Replica": 2, "Epoch": 2}


@pytest.mark.parametrize(
    ("network", "faults"),
    [
        (None, Faults(crashes=1, restarts=1)),
        (None, Faults(torn=1, restarts=1)),
        (Network.fifo(capacity=1), Faults(losses=1)),
    ],
    ids=["restarts", "torn", "losses"],
)
def test_what_it_survives(network: Network | None, faults: Faults) -> None:
    """Crashes between and inside of handlers, and a network that loses and repeats."""
    result = check(ReplicatedCounter, network=network, faults=faults, properties=["distinct"], **SIZES)
    assert result.verdict.value == "holds"


def test_quorums_that_do_not_intersect_answer_twice() -> None:
    """One of three replicas is enough to be primary, and to answer: the table of assumptions says so."""
    result = check(ReplicatedCounter, Client=2, Replica=3, Epoch=2, quorums=Threshold(1), properties=["distinct"])
    trace = result.property("distinct").trace
    assert trace is not None
    assert len(trace) == 12


def test_the_rows_of_its_ablation() -> None:
    """Quorums are an assumption of it, as are disks in time, and what is durable."""
    asking = Asking(ReplicatedCounter, SIZES, faults={"crashes": 1, "restarts": 1})
    found = {one.off: one for kind in KINDS for one in kind(asking, {})}
    assert {one.name for one in found.values()} >= {"quorum intersection", "durable log", "fsync before send"}
    assert found["quorums=threshold(q=1)"].said == "any two quorums of Replica have a member in common"
    assert found["fence=false"].said == "Who has joined an epoch no longer obeys the primary of an earlier one."


def test_a_primary_alone() -> None:
    """It counts, tells its backup, and cannot answer before that one has a copy."""
    node = ReplicaNode(Replica(0), Client=2, Replica=2, Epoch=2)
    node.role = Role.PRIMARY
    node.supporters = Set({Replica(0), Replica(1)})
    node.on_increment(Increment(), Client(1))
    assert [node.kept.values[c] for c in (Client(0), Client(1))] == [None, 1]
    assert not node.has_majority()

"""Handlers that read a quorum: the same steps in plain Python, in the interpreter and in native code."""

from __future__ import annotations

from typing import Any

import pytest
from gathering_nodes import Counting, Gathering, No, Site, Yes
from test_agreement import agree

from indoubt import check
from indoubt.finding.specs import UsageError
from indoubt.specs.consensus.paxos_nodes import PaxosNodes
from indoubt.specs.language import Faults, Map, Network, NotEnabled, Partition, Quorum, Set, sizes
from indoubt.specs.language.systems import configured

FAULTS = (
    Faults(),
    Faults(crashes=1, restarts=1),
    Faults(torn=1),
    Faults(partitions=Partition.one_way()),
    Faults(pauses=1),
)


@pytest.mark.parametrize("faults", FAULTS, ids=str)
def test_source_and_machine_agree(faults: Faults) -> None:
    """Which quorums may be read, and what is read of them, is the same; links that are cut give nothing."""
    assert agree(configured(Gathering, None, faults), 12, {"Site": 2}) == 12


def test_source_and_machine_of_paxos_agree() -> None:
    """The same of the protocol of the library, with a crash inside a handler of a quorum."""
    assert agree(configured(PaxosNodes, None, Faults(torn=1)), 12, {"Acceptor": 2, "Value": 1, "Ballot": 1}) == 12


def test_both_engines_count_the_same() -> None:
    """Native code makes of the messages of a quorum what the interpreter does."""
    asked: dict[str, Any] = {"Site": 2, "faults": Faults(crashes=1), "max_depth": 5}
    native, reference = (check(Gathering, engine=engine, **asked) for engine in ("native", "reference"))
    assert native.counts == reference.counts
    assert native.envelope.taken == reference.envelope.taken
    assert min(native.envelope.taken.values()) > 0


@pytest.mark.parametrize("network", [Network.bag(), Network.fifo()], ids=str)
def test_a_network_that_consumes_is_refused(network: Network) -> None:
    """A message that was read for one quorum would be gone for the next."""
    with pytest.raises(UsageError, match=r"`on_most` of Counting reads the messages of a quorum together, and a"):
        check(Gathering, Site=2, network=network)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"faults": Faults(byzantine=1)}, "byzantine=1 is not possible: `on_most` of Counting"),
        ({"links": "perfect", "network": Network.fifo()}, "`on_most` of Counting"),
    ],
    ids=["byzantine", "links"],
)
def test_what_comes_one_by_one_is_refused(asked: dict[str, Any], told: str) -> None:
    """Nobody says for a quorum of lies, or of messages that links owe, when it is there."""
    with pytest.raises(UsageError, match=told):
        check(Gathering, Site=2, **asked)


def test_a_trace_names_what_was_read() -> None:
    """The step receives what the members of its quorum have sent, from each of them."""
    result = check(PaxosNodes, Acceptor=3, Value=1, Ballot=1, properties=["something_is_chosen"], engine="reference")
    observed = result.property("something_is_chosen").observed
    assert observed is not None
    (step,) = [one for one in observed.steps if one.step.action == "leaders.propose"]
    assert len(step.step.arguments["quorum"]) == 2
    assert len(step.receipts) == 2
    assert {receipt.origin is not None for receipt in step.receipts} == {True}


def test_a_handler_of_a_quorum_alone() -> None:
    """In a test it is given the messages and the quorum."""
    with sizes(Site=3):
        desk = Counting()
        told = Map({Site(0): Set({Yes(True)}), Site(1): Set({Yes(False)}), Site(2): Set[Yes]()})
        desk.on_most(told, Quorum({Site(0), Site(1)}))
        assert desk.most == {Site(0)}
        with pytest.raises(NotEnabled):
            desk.on_all(Map({Site(0): Set[Yes | No]({No()})}), Set({Site(0)}), extra=True)

"""Systems of nodes: plain Python, the interpreter and native code do the same, and so does a machine made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import plain_two_phase
import pytest
from examples import nodes_two_phase, nodes_two_phase_desugared as by_hand
from mixed_nodes import Mixed
from test_agreement import agree

from indoubt import check
from indoubt.explorer.backends.backend import Refused
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.values import decode
from indoubt.explorer.passes.pipeline import prepared
from indoubt.specs.language import Faults, Network, Partition
from indoubt.specs.language.display import show
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.systems import configured
from indoubt.specs.language.universe import within

NETWORKS = (
    Network.soup(),
    Network.bag(),
    Network.bag(capacity=1, full="drop"),
    Network.fifo(),
    Network.fifo(capacity=1),
    Network.fifo(capacity=1, full="drop"),
)
FAULTS = (Faults(), Faults(crashes=1), Faults(crashes=2, restarts=1), Faults(losses=1, duplicates=1))
CASES = [
    *((network, faults) for network in NETWORKS for faults in FAULTS if network.is_consuming or not faults.losses),
    (Network.soup(), Faults(partitions=Partition.split())),
    (Network.bag(), Faults(partitions=Partition.split(times=2))),
    (Network.fifo(), Faults(partitions=Partition.one_way(), crashes=1)),
    (Network.bag(capacity=1, full="drop"), Faults(partitions=Partition.isolate())),
    (Network.fifo(), Faults(partitions=Partition.split(in_flight="kept"))),
    (Network.bag(capacity=1), Faults(partitions=Partition.partial(times=2))),
    (Network.soup(), Faults(partitions=Partition.bridge())),
    (Network.fifo(capacity=1), Faults(partitions=Partition.majorities_ring(in_flight="kept"), crashes=1)),
    (Network.soup(), Faults(torn=1)),
    (Network.bag(), Faults(torn=1, restarts=1)),
    (Network.fifo(capacity=1), Faults(crashes=2, restarts=1, amnesias=1)),
    (Network.fifo(), Faults(pauses=2, crashes=1)),
    (Network.bag(), Faults(crashes=2, restarts=2, sync="late")),
]


@pytest.mark.parametrize(("network", "faults"), CASES, ids=str)
def test_source_and_machine_of_a_system_agree(network: Network, faults: Faults) -> None:
    """Every state, step and property among the first states is the same in Python and in the interpreter."""
    assert agree(configured(Mixed, network, faults), 20, {"Server": 2, "Client": 1}) == 20
    assert agree(configured(nodes_two_phase.TwoPhaseCommit, network, faults), 15, {"RM": 2}) == 15


@pytest.mark.parametrize(("network", "faults"), CASES, ids=str)
def test_native_code_and_the_interpreter_agree(network: Network, faults: Faults) -> None:
    """Both engines count the same states and steps of a system, and give each property the same answer."""
    spec = configured(nodes_two_phase.TwoPhaseCommit, network, faults)
    native, reference = (check(spec, RM=2, engine=engine) for engine in ("native", "reference"))
    assert native.counts == reference.counts
    assert native.envelope.taken == reference.envelope.taken
    assert native.envelope.fault_states == reference.envelope.fault_states
    assert set(native.envelope.bounds) == set(reference.envelope.bounds)
    assert [one.verdict for one in native.properties] == [one.verdict for one in reference.properties]


@pytest.mark.parametrize("sizes", [{"RM": 1}, {"RM": 2}, {"RM": 3}], ids=str)
def test_the_translation_by_hand_has_the_same_states(sizes: dict[str, int]) -> None:
    """The example and its hand-made translation, without the crash, reach equal sets of states."""
    ours = {_of_system(state) for state in states(configured(nodes_two_phase.TwoPhaseCommit), sizes)}
    hand = {_of_hand(state) for state in states(by_hand.WithoutCrash, sizes)}
    assert ours == hand


@pytest.mark.parametrize("sizes", [{"RM": 1}, {"RM": 2}], ids=str)
@pytest.mark.parametrize("crashes", [1, 2])
def test_the_translation_by_hand_of_crashes_has_the_same_states(sizes: dict[str, int], crashes: int) -> None:
    """With crashes of the TM and restarts of it, what is durable and what is not are the same in both."""
    faults = Faults(crashes=crashes, restarts=crashes)
    ours = {_of_system(state) for state in states(configured(nodes_two_phase.TwoPhaseCommit, faults=faults), sizes)}
    hand = {_of_hand(state) for state in states(by_hand.WithBudgets, {**sizes, "crashes": crashes})}
    assert ours == hand


PLAIN = [
    ("soup", 2, 3, Faults(crashes=2, restarts=1)),
    ("soup", 2, 4, Faults()),
    ("bag", 2, 2, Faults(crashes=1, restarts=1, losses=1)),
    ("bag", 1, 3, Faults(losses=1, duplicates=1)),
    ("fifo", 2, 2, Faults(crashes=1, losses=1, duplicates=1)),
    ("fifo", 1, 3, Faults(crashes=1, restarts=1)),
]


@pytest.mark.parametrize(("kind", "capacity", "rms", "faults"), PLAIN, ids=str)
def test_plain_python_has_the_same_states(kind: str, capacity: int, rms: int, faults: Faults) -> None:
    """On each network, with crashes, losses and duplicates: the same set of states as loops over tuples find."""
    net = plain_two_phase.Net(kind, capacity)
    network = Network.soup() if kind == "soup" else Network(net.kind, capacity)  # type: ignore[arg-type]
    left = (faults.crashes, faults.restarts, faults.losses, faults.duplicates)
    plain = plain_two_phase.reachable(rms, net, left)
    spec = configured(nodes_two_phase.TwoPhaseCommit, network, faults)
    assert {_as_plain(state, net) for state in states(spec, {"RM": rms})} == plain


def _as_plain(state: Mapping[str, Any], net: plain_two_phase.Net) -> plain_two_phase.State:
    def link(held: Any) -> Any:
        texts = [show(message) for message in held]
        return frozenset(texts) if net.kind == "soup" else tuple(sorted(texts) if net.kind == "bag" else texts)

    budgets = ("crashes", "restarts", "losses", "duplicates")
    (to_rm,) = state["network.tm.rms"].values()
    return plain_two_phase.State(
        state["tm.phase"].name,
        frozenset(int(str(rm)[2:]) for rm in state["tm.yes_votes"]),
        _phases(state["rms.phase"]),
        tuple(link(held) for held in to_rm.values()),
        tuple(link(held) for to_tm in state["network.rms.tm"].values() for held in to_tm.values()),
        state.get("tm.is_up", True),
        tuple(state.get(f"faults.{name}_left", 0) for name in budgets),
    )


def states(spec: type[Spec], given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every reachable state of a spec, as values of Python."""
    settings = settle(spec, dict(given))
    machine = prepared(lower(spec, settings))
    engine = Reference(machine)
    found = list(dict.fromkeys(outcome[1] for outcome in engine.initial() if isinstance(outcome, tuple)))
    known = set(found)
    for state in found:
        for outcome in engine.steps(state):
            assert isinstance(outcome, tuple | Refused)
            if isinstance(outcome, tuple) and outcome[1] not in known:
                known.add(outcome[1])
                found.append(outcome[1])
    with within(settings.universe):
        return [
            {one.name: decode(value, one.type) for one, value in zip(machine.variables, state, strict=True)}
            for state in found
        ]


Plain = tuple[Any, ...]


def _of_system(state: Mapping[str, Any]) -> Plain:
    sent = frozenset(
        (str(sender), str(receiver), show(message))
        for name in ("network.rms.tm", "network.tm.rms")
        for sender, held in state[name].items()
        for receiver, messages in held.items()
        for message in messages
    )
    rest = (state.get("tm.is_up", True), state.get("faults.crashes_left", 0), state.get("faults.restarts_left", 0))
    return (_plain(state["tm.phase"]), _members(state["tm.yes_votes"]), _phases(state["rms.phase"]), sent, *rest)


def _of_hand(state: Mapping[str, Any]) -> Plain:
    sent = frozenset((str(one.src), str(one.dst), show(one.message)) for one in state["network"])
    rest = (state.get("tm_up", True), state.get("crashes_left", 0), state.get("restarts_left", 0))
    return (_plain(state["tm_phase"]), _members(state["tm_yes_votes"]), _phases(state["rms_phase"]), sent, *rest)


def _plain(value: Enum) -> str:
    return value.name


def _members(values: Any) -> frozenset[str]:
    return frozenset(map(str, values))


def _phases(values: Any) -> tuple[str, ...]:
    return tuple(value.name for value in values.values())

"""Erased are the messages that nobody can take any more, and no others: the other steps and states stay the same."""

from __future__ import annotations

from typing import Any

import pytest
from dying_nodes import AgeingLamps, FadingLamps, GrowingLamps, ShrinkingLamps, VolatileLamps
from lockstep import in_step
from numbered_nodes import Numbered

from indoubt import check
from indoubt.explorer.erasing.erase import erase_dead
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.pipeline import prepared
from indoubt.specs.commit.three_phase_nodes import ThreePhaseNodes
from indoubt.specs.commit.two_phase_nodes import TwoPhaseNodes
from indoubt.specs.consensus.paxos_nodes import PaxosNodes
from indoubt.specs.language import Faults, Network
from indoubt.specs.language.systems import System, configured

ONE_CRASH = Faults(crashes=1, restarts=1)


def machines(spec: type[System], faults: Faults, *, deadlock: bool = False, **sizes: int) -> tuple[Machine, Machine]:
    """The machine of a system with dead messages, and without."""
    chosen = configured(spec, None, faults)
    lowered = lower(chosen, settle(chosen, dict(sizes)))
    names = [one.name for one in lowered.properties]
    return prepared(lowered), prepared(lowered, lambda one: erase_dead(one, chosen, names, deadlock=deadlock))


@pytest.mark.parametrize(
    ("spec", "faults", "sizes"),
    [
        (TwoPhaseNodes, Faults(), {"RM": 2}),
        (TwoPhaseNodes, ONE_CRASH, {"RM": 2}),
        (ThreePhaseNodes, Faults(crashes=1), {"Participant": 1}),
        (PaxosNodes, Faults(), {"Acceptor": 1, "Value": 2, "Ballot": 2}),
        (PaxosNodes, Faults(), {"Acceptor": 3, "Value": 1, "Ballot": 1}),
        (VolatileLamps, Faults(crashes=1), {"Room": 1}),
        (Numbered, Faults(), {}),
        (AgeingLamps, Faults(), {"Room": 2}),
        (AgeingLamps, Faults(torn=1, restarts=1), {"Room": 2}),
    ],
    ids=lambda one: one.__name__ if isinstance(one, type) else "",
)
@pytest.mark.parametrize("deadlock", [False, True])
def test_all_steps_are_the_same(spec: type[System], faults: Faults, sizes: dict[str, int], deadlock: bool) -> None:
    """Every reachable state has its steps without its dead messages too, up to some that change nothing."""
    whole, erased = machines(spec, faults, deadlock=deadlock, **sizes)
    assert erased is not whole
    assert in_step(whole, erased, 2000, quiet=not deadlock) > 0


@pytest.mark.parametrize(
    ("spec", "faults", "kept", "erased"),
    [
        (GrowingLamps, Faults(), 16, 7),
        (VolatileLamps, Faults(), 16, 7),
        (VolatileLamps, Faults(crashes=1), 32, 10),
        (VolatileLamps, ONE_CRASH, 48, 24),
        (ShrinkingLamps, Faults(), 16, 16),
    ],
)
def test_what_dies_depends_on_what_may_come(spec: type[System], faults: Faults, kept: int, erased: int) -> None:
    """An order with a small number is dead if nothing takes the number back: no other order, and no restart.

    An order that is always ignored is dead from the beginning, and every order to who has crashed for good.
    """
    asked: dict[str, Any] = {"Room": 1, "faults": faults, "properties": ["small"], "engine": "reference"}
    counts = [check(spec, keep_dead=keep_dead, **asked).counts.distinct for keep_dead in (True, False)]
    assert counts == [kept, erased]


def test_whoever_looks_for_a_step_finds_it() -> None:
    """To receive a message and do nothing is a step: for deadlocks, and for a step invariant that such steps break."""
    asked: dict[str, Any] = {"Room": 1, "engine": "reference"}
    small = check(GrowingLamps, properties=["small"], **asked).counts.distinct
    assert check(GrowingLamps, properties=["small"], deadlock=True, **asked).counts.distinct == 2 * small
    asked |= {"properties": ["moves"], "max_depth": 2}
    assert check(GrowingLamps, **asked).counts == check(GrowingLamps, keep_dead=True, **asked).counts


@pytest.mark.parametrize(
    ("spec", "asked"),
    [
        (FadingLamps, {"Room": 1}),
        (GrowingLamps, {"Room": 1, "properties": ["small"], "network": Network.bag(capacity=1)}),
        (GrowingLamps, {"Room": 1, "properties": ["small"], "keep_dead": True}),
    ],
    ids=["whole runs", "bag", "kept"],
)
def test_the_verdict_says_where_nothing_is_erased(spec: type[System], asked: dict[str, Any]) -> None:
    """Properties of whole runs and networks that consume see what is under way; and the run may say so."""
    kept = check(spec, engine="reference", **asked)
    assert kept.envelope.search == "breadth first, every state stored exactly, no reduction"
    erased = check(spec, engine="reference", Room=1, properties=["small" if spec is GrowingLamps else "there"])
    assert erased.envelope.search.endswith("dead messages erased (--keep-dead keeps them)")


def test_a_trace_has_every_message() -> None:
    """What is shown is a run of the spec: its states are those of the network as it is, dead messages included."""
    asked: dict[str, Any] = {"RM": 2, "hasty": True, "properties": ["consistent"], "engine": "reference"}
    found = [check(TwoPhaseNodes, keep_dead=keep_dead, **asked) for keep_dead in (True, False)]
    traces = [one.property("consistent").trace for one in found]
    assert found[1].counts.distinct < found[0].counts.distinct
    assert all(trace is not None and len(trace) == 6 for trace in traces)
    assert traces[1] is not None
    (asked_for,) = traces[1].last["network.tm.rms"].values()
    assert all(len(messages) == 2 for messages in asked_for.values())  # to prepare, long since, and to commit


def test_members_stay_interchangeable() -> None:
    """No condition names a member, so both reductions go together."""
    counts = [
        check(TwoPhaseNodes, RM=3, properties=["consistent"], symmetry=symmetry).counts.distinct
        for symmetry in (False, True)
    ]
    assert counts == [196, 58]

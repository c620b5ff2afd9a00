"""Erased are the messages that nobody can take any more, and no others: the other steps and states stay the same."""

from __future__ import annotations

from typing import Any

import pytest
from dying_nodes import AgeingLamps, FadingLamps, GrowingLamps, ShrinkingLamps, VolatileLamps
from lockstep import in_step

from indoubt import check
from indoubt.explorer.erasing.erase import erase_dead
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.pipeline import prepared
from indoubt.specs.commit.three_phase_nodes import ThreePhaseNodes
from indoubt.specs.commit.two_phase_nodes import HastyTwoPhaseNodes, TwoPhaseNodes
from indoubt.specs.consensus.paxos_nodes import PaxosNodes
from indoubt.specs.language import Detector, Faults, Network
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
        (GrowingLamps, Faults(), 24, 8),
        (VolatileLamps, Faults(), 24, 8),
        (VolatileLamps, Faults(crashes=1), 40, 10),
        (VolatileLamps, ONE_CRASH, 0, 0),
        (ShrinkingLamps, Faults(), 0, 0),
    ],
)
def test_what_dies_depends_on_what_may_come(spec: type[System], faults: Faults, kept: int, erased: int) -> None:
    """An order with a small number is dead as long as nothing takes the number back: no restart, and no other order."""
    names = ["small"]
    asked: dict[str, Any] = {"Room": 1, "faults": faults, "properties": names, "engine": "reference"}
    counts = [check(spec, keep_dead=keep_dead, **asked).counts.distinct for keep_dead in (True, False)]
    assert counts == [kept, erased]

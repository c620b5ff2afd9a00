"""Random systems of nodes take the same steps with and without dead messages."""

from __future__ import annotations

from hypothesis import HealthCheck, event, given, reject, settings, strategies as st
from lockstep import in_step
from random_systems import systems
from test_agreement import spec_of

from indoubt import SpecError
from indoubt.explorer.erasing.erase import erase_dead
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.pipeline import prepared
from indoubt.specs.language import Faults, Network, Partition
from indoubt.specs.language.systems import System, configured

FAULTS = (
    Faults(),
    Faults(crashes=2, restarts=1),
    Faults(crashes=1),
    Faults(partitions=Partition.split()),
    Faults(torn=1, restarts=1),
    Faults(crashes=1, torn=1, amnesias=1),
    Faults(pauses=1, crashes=1, restarts=1),
    Faults(byzantine=1),
    Faults(byzantine=1, equivocation=False, crashes=1),
    Faults(crashes=1, restarts=1, sync="late"),
)


@given(text=systems(), faults=st.sampled_from(FAULTS), deadlock=st.booleans())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_no_step_is_lost_or_won(text: str, faults: Faults, deadlock: bool) -> None:
    """What is erased could never have been received, or without any effect: the other steps are the same for ever."""
    system = spec_of(text, "Demo")
    assert issubclass(system, System)
    spec = configured(system, Network.soup(), faults)
    try:
        lowered = lower(spec, settle(spec, {"A": 2}))
    except SpecError:
        reject()
    names = [one.name for one in lowered.checked]

    def erase(machine: Machine) -> Machine:
        return erase_dead(machine, spec, names, deadlock=deadlock)

    differ = in_step(prepared(lowered), prepared(lowered, erase), 16, quiet=not deadlock)
    event(f"some states have dead messages: {differ > 0}")

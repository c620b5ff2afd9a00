"""Random systems of nodes: plain Python, the reference interpreter and native code take the same steps."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, reject, settings, strategies as st
from random_systems import systems
from test_agreement import agree, spec_of

from indoubt import SpecError, check
from indoubt.specs.language import Faults, Network, Partition
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.systems import System, configured

NETWORKS = (
    Network.soup(),
    Network.bag(),
    Network.bag(capacity=1, full="drop"),
    Network.fifo(),
    Network.fifo(capacity=1),
)
FAULTS = (
    Faults(),
    Faults(crashes=2, restarts=1),
    Faults(partitions=Partition.split()),
    Faults(crashes=1, partitions=Partition.one_way()),
    Faults(partitions=Partition.partial()),
    Faults(partitions=Partition.bridge()),
    Faults(partitions=Partition.majorities_ring()),
    Faults(losses=1, duplicates=1),
    Faults(torn=1, restarts=1),
    Faults(crashes=1, torn=1, amnesias=1),
    Faults(pauses=1, crashes=1, restarts=1),
    Faults(byzantine=1, crashes=1, restarts=1, sync="late"),
    Faults(byzantine=1, crashes=1, amnesias=1, pauses=1, who="one"),
    Faults(byzantine=2, equivocation=False, partitions=Partition.one_way()),
    Faults(torn=1, crashes=1, restarts=1, sync="late"),
)


@given(text=systems(), network=st.sampled_from(NETWORKS), faults=st.sampled_from(FAULTS))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_source_and_machine_agree_on_random_systems(text: str, network: Network, faults: Faults) -> None:
    """Every state, step and property among the first states is the same in Python and in the interpreter."""
    try:
        assert agree(chosen(text, network, faults), 20, {"A": 2}) > 0
    except SpecError as error:
        if not {mistake.code for mistake in error.diagnostics} <= REFUSED:
            raise
        reject()


@given(text=systems(), network=st.sampled_from(NETWORKS), faults=st.sampled_from(FAULTS))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_native_code_and_the_interpreter_agree_on_random_systems(text: str, network: Network, faults: Faults) -> None:
    """Counts, steps, bounds and answers are the same up to a depth; every trace is confirmed by the handlers."""
    spec = chosen(text, network, faults)
    try:
        native, reference = (check(spec, A=2, engine=engine, max_depth=3) for engine in ("native", "reference"))
    except SpecError:
        reject()
    assert native.counts == reference.counts
    assert native.envelope.taken == reference.envelope.taken
    assert native.envelope.fault_states == reference.envelope.fault_states
    assert set(native.envelope.bounds) == set(reference.envelope.bounds)
    assert [one.verdict for one in native.properties] == [one.verdict for one in reference.properties]


REFUSED = {"S303", "S215"}
"""Conditions that the narrower types inside an `if` decide: the generator writes them, and they are rightly refused."""


def chosen(text: str, network: Network, faults: Faults) -> type[Spec]:
    """A random system under a network and faults; a soup has no losses, and no disk is late on which nothing is."""
    system = spec_of(text, "Demo")
    assert issubclass(system, System)
    if "Durable[" not in text:
        faults = replace(faults, sync="prompt")
    return configured(system, network, faults if network.is_consuming or not faults.losses else Faults())

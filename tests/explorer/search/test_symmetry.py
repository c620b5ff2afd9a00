"""States up to symmetry: one for each orbit, whatever a state is made of, and nothing else is lost."""

from __future__ import annotations

import dataclasses

import pytest
from brute_orbits import images, orbits, reachable, symmetry_of
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from random_machines import machines

from indoubt.explorer.backends.backend import Backend, State
from indoubt.explorer.backends.reference import Reference, StepFailed
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.result import Exploration
from indoubt.explorer.search.symmetry import Image, Orbits
from indoubt.explorer.search.symmetry_trial import why_it_does_not_pay
from indoubt.specs.commit.paxos_commit import PaxosCommit
from indoubt.specs.commit.two_phase import ImpatientTwoPhase, TwoPhase
from indoubt.specs.consensus.paxos import Paxos, PaxosIgnoringVotes
from indoubt.specs.language import Spec

examples = settings(
    max_examples=150,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
MOST_STATES = 250


@pytest.mark.slow
@given(machine=machines())
@examples
def test_renamings_lead_from_reachable_states_to_reachable_states(machine: Machine) -> None:
    """What is judged to be a symmetry is one: of states, of steps, of properties."""
    backend = Reference(machine)
    try:
        symmetry, allowed = symmetry_of(machine)
        states = reachable(backend, MOST_STATES)
    except StepFailed:
        assume(condition=False)
        return
    assume(states and symmetry.blocks)
    assert states is not None
    every = set(states)
    found = Orbits(machine, symmetry)
    positions = [place for place, one in enumerate(machine.properties) if one.name in allowed]
    here = [place for place in positions if machine.properties[place].kind != "step_invariant"]
    largest = 0
    for orbit in orbits(machine, symmetry, states):
        assert orbit <= every
        assert len({found.representative(state) for state in orbit}) == 1
        assert found.size(next(iter(orbit))) == len(orbit)
        for place in here:
            assert len({truth_of(backend, place, state) for state in orbit}) == 1
        largest = max(largest, len(orbit))
    event(f"up to {largest} states in an orbit")


def truth_of(backend: Backend, place: int, state: State) -> bool | str:
    """Whether a property holds in a state, or how computing it fails."""
    try:
        return backend.holds(place, state)
    except StepFailed as failure:
        return failure.code


@pytest.mark.slow
@given(machine=machines())
@examples
def test_there_is_one_state_for_each_orbit_of_a_random_machine(machine: Machine) -> None:
    """And depth, verdicts and lengths of counterexamples are those of all states."""
    machine = dataclasses.replace(machine, temporal=(), views=(), constraints=())
    backend = Reference(machine)
    try:
        symmetry, allowed = symmetry_of(machine)
        states = reachable(backend, MOST_STATES)
        assume(states is not None and symmetry.blocks)
        assert states is not None
        every = explore(backend, deadlock=True, properties=allowed)
        found = explore(backend, deadlock=True, properties=allowed, orbits=Orbits(machine, symmetry))
    except (StepFailed, SearchFailed):
        assume(condition=False)
        return
    assert told(found) == told(every)
    if found.counts.frontier == 0 and not any(one.failing for one in found.answers):
        assert found.counts.distinct == len(orbits(machine, symmetry, states))
    event("fewer states" if every.counts.distinct > found.counts.distinct else "as many states")


def told(found: Exploration) -> object:
    """What has to be the same whether states are told apart up to symmetry or not."""
    answers = [(one.property, one.verdict, None if one.path is None else len(one.path.steps)) for one in found.answers]
    return answers, found.counts.depth, set(found.bounds)


def machine_of(spec: type[Spec], **given: int) -> Machine:
    """The machine of a spec."""
    return prepared(lower(spec, settle(spec, given)))


def explored(machine: Machine) -> Exploration:
    """The exploration up to all symmetries."""
    symmetry, allowed = symmetry_of(machine)
    return explore(Reference(machine), properties=allowed, orbits=Orbits(machine, symmetry))


@pytest.mark.parametrize(("members", "distinct"), [(1, 12), (2, 34), (3, 80), (5, 314), (7, 920)])
def test_two_phase_commit_has_so_many_orbits(members: int, distinct: int) -> None:
    """Stateright's example stores 665 states with five resource managers: more than one of some orbits."""
    assert explored(machine_of(TwoPhase, RM=members)).counts.distinct == distinct


@pytest.mark.parametrize(
    ("spec", "given"),
    [
        (TwoPhase, {"RM": 4}),
        (Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 1}),
        (PaxosCommit, {"RM": 2, "Acceptor": 3, "Ballot": 1}),
    ],
)
def test_every_member_of_an_orbit_has_its_representative(spec: type[Spec], given: dict[str, int]) -> None:
    """Of several sorts at once, on all states of a protocol."""
    machine = machine_of(spec, **given)
    symmetry, _ = symmetry_of(machine)
    found = Orbits(machine, symmetry)
    states = reachable(Reference(machine), 10_000)
    assert states is not None
    seen = set[State]()
    for orbit in orbits(machine, symmetry, states):
        (representative,) = {found.image(state).state for state in orbit}
        assert representative in orbit
        assert representative not in seen
        seen.add(representative)


@pytest.mark.parametrize(
    ("spec", "given", "violated"),
    [
        (ImpatientTwoPhase, {"RM": 3}, "consistent"),
        (PaxosIgnoringVotes, {"Acceptor": 3, "Value": 2, "Ballot": 2}, "agreement"),
    ],
)
def test_a_counterexample_is_a_real_run_of_the_same_length(
    spec: type[Spec], given: dict[str, int], violated: str
) -> None:
    """Each state is a successor of the one before, not a representative of one."""
    machine = machine_of(spec, **given)
    symmetry, _ = symmetry_of(machine)
    wanted = frozenset({violated})
    backend = Reference(machine)
    (every,) = explore(backend, properties=wanted).answers
    (found,) = explore(backend, properties=wanted, orbits=Orbits(machine, symmetry)).answers
    assert found.path is not None
    assert every.path is not None
    assert len(found.path.steps) == len(every.path.steps)
    here = found.path.initial
    for taken, after in found.path.steps:
        assert (taken, after) in [one for one in backend.steps(here) if isinstance(one, tuple)]
        here = after


def test_twins_are_no_work() -> None:
    """Of eight members that are all alike, 40,320 renamings leave the state as it is, and one image is compared."""
    machine = machine_of(TwoPhase, RM=8)
    symmetry, _ = symmetry_of(machine)
    (initial,) = Reference(machine).initial()
    assert isinstance(initial, tuple)
    state = initial[1]
    image = Orbits(machine, symmetry).image(state)
    assert (image.fixing, image.tried) == (40_320, 1)
    assert images(machine, symmetry, state) == {state}


class LaboriousOrbits(Orbits):
    """Compares many images of every state, as in states where nothing but relations tells members apart."""

    def image(self, state: State) -> Image:
        """The representative, after much work."""
        return dataclasses.replace(super().image(state), tried=100)


def test_symmetry_has_to_pay() -> None:
    """An orbit has to have more states than one, and than images that are compared to find it."""
    machine = machine_of(TwoPhase, RM=3)
    symmetry, _ = symmetry_of(machine)
    backend = Reference(machine)
    assert why_it_does_not_pay(backend, Orbits(machine, symmetry)) is None
    told = why_it_does_not_pay(backend, LaboriousOrbits(machine, symmetry))
    assert told is not None
    assert "and finding it takes 100 renamings of each" in told

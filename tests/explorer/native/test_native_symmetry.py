"""Symmetry in native code: a representative for each orbit, whatever a state is made of; the runs of the reference."""

from __future__ import annotations

import ctypes
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from brute_orbits import images, symmetry_of
from counts.table import ROWS
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from random_machines import machines
from random_states import Sample, samples
from relations import POINTING, RELATIONS, Pointing, Relation

from indoubt import check
from indoubt.explorer.backends.backend import State
from indoubt.explorer.backends.native import llvm
from indoubt.explorer.backends.native.lowering import lower
from indoubt.explorer.backends.native.model import Model, model_of
from indoubt.explorer.backends.native.packing import Unsupported
from indoubt.explorer.backends.native.slots import Slots
from indoubt.explorer.backends.reference import Reference, StepFailed
from indoubt.explorer.frontend.lower import lower as lower_spec, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.block import Block, Shape, Tuning
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.kernels.orbits import representative
from indoubt.explorer.search.native_exploration import Asked, explore_natively
from indoubt.explorer.search.result import Exploration, Limits
from indoubt.explorer.search.symmetry import Orbits
from indoubt.runs.result import Result
from indoubt.specs.commit.paxos_commit import PaxosCommit
from indoubt.specs.commit.two_phase import ImpatientTwoPhase, TwoPhase
from indoubt.specs.consensus.paxos import Paxos, PaxosIgnoringVotes
from indoubt.specs.consensus.voting import Voting
from indoubt.specs.language import Spec

KERNELS_LEFT_OUT = """
define void @emit(ptr %a, ptr %b) { ret void }
define void @emit_step(ptr %a, ptr %b, i64 %c) { ret void }
define void @broke(ptr %a, i64 %b) { ret void }
"""
SLOTS = Slots({}, 8)


@dataclass
class Canon:
    """The compiled code that finds representatives, called from Python."""

    sample: Sample

    def __post_init__(self) -> None:
        self._model = model_of(self.sample.machine, slots=SLOTS, symmetry=self.sample.symmetry)
        shape = Shape(self._model.layout.words, 0, blocks=self._model.blocks)
        self._block = Block(shape, Tuning(batch=2), 0)
        constants = Tuning().constants(shape)
        texts = [lower([representative], constants), _complete(self._model)]
        self._library = llvm.link(texts, ["representative"], level=1)
        self._find = self._library.function("representative", ctypes.c_uint64, ctypes.c_uint64)

    def representative(self, state: State) -> State:
        """The representative of a state."""
        layout = self._model.layout
        self._block.write_state(layout.pack(state))
        found = ctypes.string_at(self._find(self._block.context, self._block.scratch), 8 * layout.words)
        return layout.unpack(int.from_bytes(found, "little"))


def _complete(model: Model) -> str:
    """The code of a model with what takes the place of the search."""
    lines = [line for line in model.text.splitlines() if not line.startswith("declare void")]
    return "\n".join([KERNELS_LEFT_OUT, *lines])


@pytest.mark.slow
@given(sample=samples())
@settings(
    max_examples=50,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_all_states_of_an_orbit_have_one_representative(sample: Sample) -> None:
    """It is one of them, and the reference finds one too; so no two orbits have the same one."""
    assume(sample.symmetry.blocks)
    try:
        native = Canon(sample)
    except Unsupported as reason:
        event(f"not known: {str(reason)[:30]}")
        return
    reference = Orbits(sample.machine, sample.symmetry)
    for state in sample.states:
        orbit = images(sample.machine, sample.symmetry, state)
        for find in (native.representative, reference.representative):
            found = {find(one) for one in orbit}
            assert len(found) == 1
            assert found <= orbit
        assert reference.size(state) == len(orbit)
        event(f"an orbit of {len(orbit)}")


@pytest.mark.slow
@given(machine=machines())
@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_both_engines_find_the_same_orbits_of_random_machines(machine: Machine) -> None:
    """Counts, levels, verdicts, lengths of counterexamples and what fails, within constraints too."""
    machine = dataclasses.replace(machine, temporal=(), views=())
    try:
        symmetry, allowed = symmetry_of(machine)
    except StepFailed:
        return
    assume(symmetry.blocks)
    within = frozenset(one.name for one in machine.constraints) & allowed
    orbits, most = Orbits(machine, symmetry), Limits(max_states=300)
    asked = Asked(most, deadlock=True, properties=allowed, constraints=within, orbits=orbits)
    expected = _explored(
        lambda: explore(Reference(machine), most, deadlock=True, properties=allowed, constraints=within, orbits=orbits)
    )
    try:
        assert _explored(lambda: explore_natively(machine, asked)) == expected
    except Unsupported as reason:
        event(f"not known: {str(reason)[:30]}")


def _explored(run: Callable[[], Exploration]) -> object:
    """What an exploration says, or what it fails with."""
    try:
        found = run()
    except SearchFailed as failed:
        return failed.failure.code, None if failed.path is None else len(failed.path.steps)
    if found.stopped is not None:
        return found.stopped.limit
    answers = [(one.property, one.verdict, None if one.path is None else len(one.path.steps)) for one in found.answers]
    return answers, found.counts, found.levels, dict(found.taken), dict(found.enabled), set(found.bounds)


ORBITS: list[tuple[type[Spec], dict[str, Any], int]] = [
    (TwoPhase, {"RM": 3}, 80),
    (TwoPhase, {"RM": 5}, 314),
    (TwoPhase, {"RM": 7}, 920),
    (Paxos, {"Acceptor": 2, "Value": 2, "Ballot": 2}, 56),
    (Paxos, {"Acceptor": 3, "Value": 3, "Ballot": 2}, 443),
    (Voting, {"Acceptor": 3, "Value": 2, "Ballot": 2}, 77),
]


@pytest.mark.parametrize(("spec", "given_", "distinct"), ORBITS)
@pytest.mark.parametrize("workers", [1, 2])
def test_native_code_finds_every_orbit_once(
    spec: type[Spec], given_: dict[str, Any], distinct: int, workers: int
) -> None:
    """However many workers there are."""
    result = check(spec, symmetry=True, engine="native", workers=workers, **given_)
    assert result.counts.distinct == distinct


@pytest.mark.parametrize(
    ("spec", "given_"),
    [
        (TwoPhase, {"RM": 4}),
        (ImpatientTwoPhase, {"RM": 3}),
        (Paxos, {"Acceptor": 3, "Value": 2, "Ballot": 1}),
        (PaxosIgnoringVotes, {"Acceptor": 3, "Value": 2, "Ballot": 2}),
        (PaxosCommit, {"RM": 2, "Acceptor": 3, "Ballot": 1}),
    ],
)
def test_both_engines_answer_alike_with_symmetry_and_without(spec: type[Spec], given_: dict[str, Any]) -> None:
    """Counts of orbits, levels and actions of both engines; verdicts and lengths with all states as well."""
    symmetric = [check(spec, symmetry=True, engine=engine, **given_) for engine in ("reference", "native")]
    plain = check(spec, engine="native", **given_)
    first, second = symmetric
    assert first.counts == second.counts
    assert first.levels == second.levels
    assert first.envelope.taken == second.envelope.taken
    assert _told(first) == _told(second) == _told(plain)
    assert first.counts.distinct < plain.counts.distinct


def _told(result: Result) -> list[object]:
    return [(one.name, one.verdict, None if one.trace is None else len(one.trace)) for one in result.properties]


COUNTED: list[tuple[type[Spec], int, int]] = [
    *((Pointing, size, count) for size, count in POINTING.items()),
    *((Relation, size, count) for size, count in RELATIONS.items()),
]


@pytest.mark.parametrize(("spec", "size", "distinct"), COUNTED)
def test_orbits_of_relations_are_those_of_combinatorics(spec: type[Spec], size: int, distinct: int) -> None:
    """Circles and other figures in which columns tell nobody apart, so that members have to be tried in turn."""
    machine = prepared(lower_spec(spec, settle(spec, {"Node": size})))
    symmetry, _ = symmetry_of(machine)
    orbits = Orbits(machine, symmetry)
    nothing: frozenset[str] = frozenset()
    asked = Asked(Limits(), deadlock=False, properties=nothing, constraints=nothing, orbits=orbits)
    assert explore_natively(machine, asked).counts.distinct == distinct
    if distinct < 200:
        assert explore(Reference(machine), properties=nothing, orbits=orbits).counts.distinct == distinct


@pytest.mark.parametrize(("spec", "violated"), [(Pointing, "no_pair"), (Relation, "no_triangle")])
def test_a_counterexample_leads_through_real_states(spec: type[Spec], violated: str) -> None:
    """Where representatives are no successors of each other, the run is found again, and the source confirms it."""
    lengths = [
        len(trace)
        for wanted in (True, False)
        for engine in ("native", "reference")
        if (trace := check(spec, Node=4, engine=engine, symmetry=wanted).property(violated).trace) is not None
    ]
    assert lengths in ([3] * 4, [4] * 4)


def test_code_for_values_that_nobody_needs_decides_nothing() -> None:
    """Seven threads and a buffer of three: shifts beyond a width once made a compiler leave out steps, and crash."""
    (row,) = (one for one in ROWS if one.name == "BlockingQueue Producer=4 Consumer=3 buf_capacity=3 buffer=3")
    results = [check(row.spec, symmetry=True, engine=engine, **row.settings) for engine in ("native", "reference")]
    assert results[0].counts == results[1].counts

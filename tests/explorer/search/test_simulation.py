"""Simulation: the same walks in native code, as plain Python and by the reference interpreter, and what they find."""

from __future__ import annotations

import ctypes
import dataclasses
from collections import Counter
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings, strategies as st
from random_machines import machines

from indoubt.explorer.backends.backend import Broken, Refused, State
from indoubt.explorer.backends.native.dialect import bind
from indoubt.explorer.backends.native.marks import Marks
from indoubt.explorer.backends.native.model import Model
from indoubt.explorer.backends.native.packing import Unsupported
from indoubt.explorer.backends.native.slots import Slots, TooFewSlots
from indoubt.explorer.backends.reference import Reference, StepFailed
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.kernels import walk_context as at
from indoubt.explorer.search.kernels.draws import GAMMA, joined
from indoubt.explorer.search.kernels.words import mixed
from indoubt.explorer.search.native_simulation import (
    KERNELS,
    CompiledWalks,
    NativeWalks,
    constants_of,
    simulate_natively,
    simulated,
    walking_model,
)
from indoubt.explorer.search.result import Verdict
from indoubt.explorer.search.simulation import Walker, initial_states, simulate
from indoubt.explorer.search.walk_threads import Clock
from indoubt.explorer.search.walks import Plan, Simulation, Tally, estimated
from indoubt.finding.specs import find_spec
from indoubt.specs.language import Between, Record, Set, Spec, action, empty, invariant, require

PLENTY = Slots(others=16)
GENEROUS = settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def machine_of(name: str, **given: Any) -> Machine:
    """A prepared machine of the library."""
    spec: type[Spec] = find_spec(name)
    return prepared(lower(spec, settle(spec, given)))


def everything(found: Simulation) -> dict[str, Any]:
    """What a simulation answers, but for the time and the number of workers."""
    told = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
    return told | {"elapsed_s": None, "compile_s": None, "plan": None}


def outcome_of(walk: Any) -> object:
    """What a simulation answers, or what it fails with."""
    try:
        return everything(walk())
    except SearchFailed as failed:
        return failed.failure.name, failed.failure.code, failed.path


def plan_for(machine: Machine, seed: int, *, runs: int = 30, depth: int = 12, deadlock: bool = True) -> Plan:
    """Some short walks that judge everything that there is."""
    constraints = frozenset(one.name for one in machine.constraints)
    return Plan(seed, depth, runs, deadlock=deadlock, constraints=constraints)


@given(machine=machines(), seed=st.integers(0, (1 << 64) - 1), deadlock=st.booleans(), depth=st.integers(1, 15))
@GENEROUS
def test_native_code_and_the_reference_walk_alike(machine: Machine, seed: int, depth: int, *, deadlock: bool) -> None:
    """Counts, ends, lengths, coverage, estimate, ways, failures: everything, with one worker and with three."""
    machine = dataclasses.replace(machine, temporal=(), views=())
    plan = plan_for(machine, seed, deadlock=deadlock, depth=depth)
    try:
        native = outcome_of(lambda: simulate_natively(machine, plan))
    except Unsupported as reason:
        event(f"not known: {str(reason)[:30]}")
        return
    expected = outcome_of(lambda: simulate(Reference(machine), plan))
    assert native == expected
    assert outcome_of(lambda: simulate_natively(machine, dataclasses.replace(plan, workers=3))) == expected


@given(machine=machines(), seed=st.integers(0, (1 << 64) - 1))
@GENEROUS
def test_walks_agree_state_by_state(machine: Machine, seed: int) -> None:
    """Each run has the same states in both engines, and a step leads from each to the next."""
    machine = dataclasses.replace(machine, temporal=(), views=())
    plan = plan_for(machine, seed)
    reference = Reference(machine)
    try:
        initial = initial_states(reference, Tally.empty(machine, plan))
        walks = native_walks(machine, plan)
    except (Unsupported, TooFewSlots, SearchFailed) as reason:
        event(f"not known: {str(reason)[:30]}")
        return
    if not initial:
        return
    walks.begin(initial)
    walker = Walker(reference, plan)
    for run in range(10):
        walk = walker.walk(run, initial)
        assert tuple(walks.states(run)) == walk.states
        assert walk.states[0] in initial
        for before, after in zip(walk.states, walk.states[1:], strict=False):
            assert after in [one[1] for one in reference.steps(before) if isinstance(one, tuple)]


def native_walks(machine: Machine, plan: Plan) -> NativeWalks:
    """The native walks of a machine, before their initial states are known."""
    model = walking_model(machine, plan, PLENTY)
    return NativeWalks(CompiledWalks(model), model, plan, Clock(None))


# ---- the kernels as plain Python


class Interpreted:
    """What a compiled spec defines, by the reference interpreter: `expand`, `check` and `check_step`."""

    def __init__(self, model: Model, plan: Plan) -> None:
        self._model, self._plan = model, plan
        self._reference = Reference(model.machine)
        self._bytes = 8 * model.layout.words
        self._place = ctypes.create_string_buffer(self._bytes)
        self._marks = Marks(model.layout, joined, mixed, GAMMA)
        self.kernels: dict[str, Any] = {}

    def mark(self, state: int) -> int:
        """What stands for a state."""
        return self._marks.of(self._read(state))

    def _read(self, address: int) -> State:
        return self._model.layout.unpack(int.from_bytes(ctypes.string_at(address, self._bytes), "little"))

    def expand(self, state: int, context: int) -> int:
        """Emit every successor."""
        numbers = {action.name: number for number, action in enumerate(self._model.machine.actions)}
        marks = ctypes.c_uint64.from_address(context + at.BOUNDS).value
        try:
            for outcome in self._reference.steps(self._read(state)):
                match outcome:
                    case Refused(action, bound):
                        number = self._model.bounds.index((bound, action.name))
                        word = ctypes.c_uint64.from_address(marks + 8 * (number // 64))
                        word.value |= 1 << number % 64
                    case Broken(_, name):
                        self.kernels["broke"](context, self._model.assertions.index(name))
                    case taken, after:
                        ctypes.c_uint64.from_address(context + at.ACTION).value = numbers[taken.action.name]
                        self._place.raw = self._model.layout.pack(after).to_bytes(self._bytes, "little")
                        self.kernels["emit"](context, ctypes.addressof(self._place))
        except StepFailed:
            return 1
        return 0

    def check(self, state: int) -> int:
        """What is wrong with a state, or reached there."""
        machine, found = self._model.machine, 0
        here = self._read(state)
        try:
            is_admitted = all(
                self._reference.admits(position, here)
                for position, one in enumerate(machine.constraints)
                if one.name in self._plan.constraints
            )
            for bit, position in enumerate(self._model.state_properties):
                is_reachable = machine.properties[position].kind == "reachable"
                if is_admitted or not is_reachable:
                    found |= (self._reference.holds(position, here) == is_reachable) << bit
        except StepFailed:
            return 1 << 63
        return found if is_admitted else found | 1 << 62

    def check_step(self, state: int, successor: int) -> int:
        """What is wrong with a step."""
        try:
            return sum(
                (not self._reference.holds(position, self._read(state), self._read(successor))) << bit
                for bit, position in enumerate(self._model.step_properties)
            )
        except StepFailed:
            return 1 << 63


@given(machine=machines(), seed=st.integers(0, (1 << 64) - 1))
@GENEROUS
def test_the_kernels_mean_the_same_in_plain_python(machine: Machine, seed: int) -> None:
    """The dialect is Python: the kernels walk the same way when nothing is compiled."""
    machine = dataclasses.replace(machine, temporal=(), views=())
    plan = plan_for(machine, seed, runs=10)
    try:
        model = walking_model(machine, plan, PLENTY)
    except Unsupported as reason:
        event(f"not known: {str(reason)[:30]}")
        return
    spec = Interpreted(model, plan)
    names = ("expand", "check", "check_step", "mark")
    externals: dict[str, Any] = {name: getattr(spec, name) for name in names}
    constants = constants_of(model) | {"FINGERPRINTS": 0, "SEED": 1}
    spec.kernels = bind(KERNELS, constants, externals)
    code: Any = SimpleNamespace(**spec.kernels)
    assert outcome_of(lambda: simulated(code, model, plan, Clock(None))) == outcome_of(
        lambda: simulate(Reference(machine), plan)
    )


# ---- chance


def test_every_step_is_as_likely_as_any_other() -> None:
    """Of 6,000 runs, each of the twelve first steps of four resource managers gets its share, up to five deviations."""
    machine = machine_of("two_phase", RM=4)
    reference = Reference(machine)
    plan = Plan(2026, depth=2, runs=6000)
    walker = Walker(reference, plan)
    (initial,) = initial_states(reference, Tally.empty(machine, plan))
    steps = [one[1] for one in reference.steps(initial) if isinstance(one, tuple)]
    counts = Counter(walker.walk(run, [initial]).states[1] for run in range(6000))
    share = 6000 / len(steps)
    assert set(counts) == set(steps)
    assert all(abs(count - share) < 5 * share**0.5 for count in counts.values())


def test_another_seed_gives_other_walks() -> None:
    """And the same one the same walks, of which no two are alike by accident."""
    machine = machine_of("two_phase", RM=4)
    first, again, other = (
        [Walker(Reference(machine), Plan(seed, 20, 50)).walk(run, initial_of(machine)) for run in range(50)]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert len({walk.states for walk in (*first, *other)}) > 90


def initial_of(machine: Machine) -> list[State]:
    """Its initial states."""
    return [one[1] for one in Reference(machine).initial() if isinstance(one, tuple)]


@pytest.mark.parametrize("many", [10, 1_000, 300_000])
def test_the_number_of_different_states_is_estimated_well(many: int) -> None:
    """Within five standard errors of 1.6 %."""
    registers = bytearray(at.REGISTER_COUNT)
    for number in range(many):
        hashed = mixed(mixed(number + 1))
        rest = hashed >> at.REGISTER_BITS
        rank = (rest & -rest).bit_length() if rest else 53
        registers[hashed % at.REGISTER_COUNT] = max(registers[hashed % at.REGISTER_COUNT], rank)
    assert abs(estimated(registers) - many) <= max(1, 0.08 * many)


# ---- what walks find


def test_a_counterexample_is_made_shorter() -> None:
    """The broken two-phase commit has a counterexample of 6 states; a random walk of any length has one of them."""
    machine = machine_of("two_phase::ImpatientTwoPhase", RM=3)
    found = simulate(Reference(machine), Plan(5, depth=60, runs=1000, properties=frozenset({"consistent"})))
    (answer,) = found.answers
    assert answer.verdict is Verdict.VIOLATED
    assert answer.path is not None
    assert found.walked is not None
    assert len(answer.path.steps) + 1 == 6 <= found.walked


def test_the_first_violating_run_is_told_whatever_the_workers() -> None:
    """Runs before it are walked, runs after it count for nothing."""
    machine = machine_of("two_phase::ImpatientTwoPhase", RM=2)
    for seed in range(20):
        told = [everything(simulate_natively(machine, Plan(seed, 30, 2000, workers=count))) for count in (1, 2, 5)]
        assert told[0] == told[1] == told[2]
        assert told[0]["deciding_run"] == told[0]["runs"] - 1


class Pair(Record):
    left: Annotated[int, Between(0, 99)]
    right: Annotated[int, Between(0, 99)]


class Heap(Spec):
    """Its set is over a large type and becomes larger than the slots that native code begins with."""

    pairs: Set[Pair] = empty()
    last: Annotated[int, Between(0, 99)] = 0

    @action
    def put(self, n: Annotated[int, Between(0, 3)]) -> None:
        require(self.last < 90)
        self.pairs.add(Pair(self.last, n))
        self.last += n

    @invariant
    def few(self) -> bool:
        return len(self.pairs) < 20


def test_more_slots_change_no_walk() -> None:
    """Native code begins again with more slots, and the walks are those of the interpreter, which knows no slots."""
    machine = prepared(lower(Heap, settle(Heap, {})))
    plan = Plan(3, depth=60, runs=20)
    model = walking_model(machine, plan)
    with pytest.raises(TooFewSlots):
        simulated(CompiledWalks(model), model, plan, Clock(None))
    native = everything(simulate_natively(machine, plan))
    assert native == everything(simulate(Reference(machine), plan))
    assert native["deciding_run"] is not None

"""Counterexamples with the fewest faults: on both engines, compared with all ways through small machines."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import networkx as nx
from hypothesis import HealthCheck, assume, event, given, settings, strategies as st
from random_machines import machines

from indoubt import Verdict
from indoubt.explorer.backends.backend import Broken, Refused, State
from indoubt.explorer.backends.native.packing import Unsupported
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.ir.expressions import Equal, Literal, Load, Not, Or, Span
from indoubt.explorer.ir.machine import Action, Machine, Property, Temporal, Variable
from indoubt.explorer.ir.statements import Assert, Assign, Require, Return, Statement, Target
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.answers import DEADLOCK
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.native_exploration import Asked, explore_natively
from indoubt.explorer.search.result import Exploration, Limits
from indoubt.faults.fewest import Searching, faults_in, with_fewest
from indoubt.specs.language.fairness import weak
from indoubt.specs.language.machine import Fault
from indoubt.specs.language.types import IntType
from indoubt.specs.language.universe import Universe, within

MOST_STATES = 60
Cost = tuple[int, int]
Engine = Callable[[Machine, Limits, frozenset[str] | None, bool], Exploration]
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def by_reference(machine: Machine, limits: Limits, names: frozenset[str] | None, deadlock: bool) -> Exploration:
    """What the reference interpreter finds."""
    return explore(Reference(machine), limits, properties=names, deadlock=deadlock)


def by_native_code(machine: Machine, limits: Limits, names: frozenset[str] | None, deadlock: bool) -> Exploration:
    """What native code finds."""
    return explore_natively(machine, Asked(limits, deadlock, names, frozenset()))


def searching(engine: Engine) -> Searching:
    """An engine as `with_fewest` asks for searches."""

    def search(
        machine: Machine, limits: Limits, properties: frozenset[str], /, *, deadlock: bool, refinement: bool
    ) -> Exploration:
        assert not refinement
        return engine(machine, limits, properties, deadlock)

    return search


def all_ways(machine: Machine) -> dict[str, Cost]:
    """The least cost of each violation, faults before steps, by Dijkstra's algorithm on all states."""
    reference, order, best = Reference(machine), itertools.count(), dict[str, Cost]()
    waiting: list[tuple[Cost, int, State]] = []
    done: set[State] = set()

    def note(name: str, cost: Cost) -> None:
        best[name] = min(cost, best.get(name, cost))

    for first in reference.initial():
        if isinstance(first, tuple):
            heapq.heappush(waiting, ((0, 0), next(order), first[1]))
    while waiting:
        cost, _, state = heapq.heappop(waiting)
        if state in done:
            continue
        done.add(state)
        assume(len(done) <= MOST_STATES)
        for position, one in enumerate(machine.properties):
            if one.kind == "invariant" and not reference.holds(position, state):
                note(one.name, cost)
        is_stuck = True
        for outcome in reference.steps(state):
            if isinstance(outcome, Refused):
                continue
            is_stuck = False
            taken = outcome.taken if isinstance(outcome, Broken) else outcome[0]
            faults = cost[0] + (taken.action.fault is not None)
            if isinstance(outcome, Broken):
                note(outcome.name, (faults, cost[1]))
                continue
            for position, one in enumerate(machine.properties):
                if one.kind == "step_invariant" and not reference.holds(position, state, outcome[1]):
                    note(one.name, (faults, cost[1] + 1))
            heapq.heappush(waiting, ((faults, cost[1] + 1), next(order), outcome[1]))
        if is_stuck:
            note(DEADLOCK, cost)
    return best


def compare(machine: Machine, engine: Engine) -> None:
    """The cost of every counterexample that is shown to have the fewest faults is the least there is."""
    machine = prepared(replace(machine, temporal=(), views=(), constraints=()))
    with within(Universe(machine.sizes)):
        try:
            expected = all_ways(machine)
            found = engine(machine, Limits(max_states=MOST_STATES), None, True)
            found, fewest = with_fewest(machine, found, searching(engine), refinement=None)
        except SearchFailed:
            return
        except Exception as failure:
            assume(type(failure).__name__ != "StepFailed" and not isinstance(failure, Unsupported))
            raise
    violated = [one for one in found.answers if one.verdict is Verdict.VIOLATED and one.path is not None]
    for one in violated:
        assert one.path is not None
        if one.property not in fewest.open:
            assert (faults_in(one), len(one.path.steps)) == expected[one.property], one.property
        for _, state in one.path.steps:
            assert len(state) == len(machine.variables)
    event(f"{len(fewest.layers)} searches")
    event(f"faults: {sorted({faults_in(one) for one in violated})}")
    if fewest.open:
        event("open")


@given(machine=machines())
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
def test_of_machines_of_every_kind(machine: Machine) -> None:
    """Guards at every place, returns, bounds, and whatever else an action may have."""
    compare(machine, by_reference)


HERE = Span("graph.py", 1, 0, 1, 1)
PLACES = IntType(0, 6)
AT = Load("at", PLACES)


def place(number: int) -> Literal:
    """A constant place."""
    return Literal(number, PLACES)


@st.composite
def walks(draw: st.DrawFn) -> Machine:
    """Somebody who goes from place to place, along paths some of which are faults, and may come to bad ones."""
    edges = draw(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=4, max_size=16, unique=True))
    actions: list[Action] = []
    for number, (start, end) in enumerate(edges):
        fault = draw(st.sampled_from((None, Fault.CRASH, Fault.LOSS)))
        fairness = draw(st.sampled_from((None, None, weak())))
        body: list[Statement] = [Require(Equal(AT, place(start)), HERE)]
        if draw(st.integers(0, 7)) == 0:
            body.append(Assert(Equal(AT, place(9 - start % 2)), f"assert in step{number}", HERE))
        body.append(Assign(Target("at", (), PLACES), place(end), HERE))
        if draw(st.booleans()):
            body.append(Return())
        actions.append(Action(f"step{number}", (), tuple(body), "", HERE, fault, None, fairness))
    bad = [draw(st.integers(1, 6)) for _ in range(2)]
    changed = Load("at", PLACES, after=True)
    slips = Or((Not(Equal(AT, place(draw(st.integers(0, 6))))), Not(Equal(changed, place(draw(st.integers(0, 6)))))))
    properties = [Property(f"p{n}", "invariant", Not(Equal(AT, place(at))), "", HERE) for n, at in enumerate(bad)]
    properties.append(Property("slips", "step_invariant", slips, "", HERE))
    goal = Equal(AT, place(draw(st.integers(1, 6))))
    arrives = Temporal("arrives", "eventually", (), Equal(AT, AT), goal, "", HERE)
    variables = (Variable("at", PLACES, place(0)),)
    return Machine("Walk", {}, variables, (), tuple(actions), tuple(properties), temporal=(arrives,))


@given(machine=walks())
@settings(max_examples=300, deadline=None, suppress_health_check=SLOW)
def test_the_reference_finds_the_fewest(machine: Machine) -> None:
    """Of properties of states and of steps, deadlocks and assertions."""
    compare(machine, by_reference)


@given(machine=walks())
@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
def test_native_code_finds_the_fewest(machine: Machine) -> None:
    """With the same code for every number of faults."""
    compare(machine, by_native_code)


def fewest_of_runs(machine: Machine) -> int | None:
    """The fewest faults on a fair run that never arrives, from the strongly connected parts it may stay in."""
    (arrives,) = machine.temporal
    goal = cast("Literal", cast("Equal", arrives.goal).right).value
    edges = [edge_of(action) for action in machine.actions]
    steps = [(start, end, one) for (start, end), one in zip(edges, machine.actions, strict=True) if start != end]
    ways: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    ways.add_nodes_from(set(range(7)) - {goal})
    for start, end, one in steps:
        if goal not in (start, end):
            ways.add_edge(start, end, faults=int(one.fault is not None))
    harmless: nx.MultiDiGraph[int] = nx.MultiDiGraph(ways)
    harmless.remove_edges_from([edge for edge in ways.edges(keys=True) if ways.edges[edge]["faults"]])
    stays: set[int] = set()
    for part in nx.strongly_connected_components(harmless):
        fair = [(start, end, one) for start, end, one in steps if one.fairness is not None]
        owed = (len(part) == 1 and start in part for start, _, _ in fair)
        taken = (part >= {start, end} and one.fault is None for start, end, one in fair)
        if not any(due and not done for due, done in zip(owed, taken, strict=True)):
            stays |= part
    faults = nx.single_source_dijkstra_path_length(ways, 0, weight="faults")
    return min((int(faults[at]) for at in stays & faults.keys()), default=None)


def edge_of(action: Action) -> tuple[int, int]:
    """Where a step of a walk begins and ends."""
    guard = next(cast("Equal", one.condition) for one in action.body if isinstance(one, Require))
    write = next(one.value for one in action.body if isinstance(one, Assign))
    return cast("Literal", guard.right).value, cast("Literal", write).value


def compare_runs(machine: Machine, engine: Engine) -> None:
    """A fair run that breaks its promise has the fewest faults."""
    kept = tuple(replace(one, body=tuple(x for x in one.body if not isinstance(x, Assert))) for one in machine.actions)
    machine = replace(machine, properties=(), actions=kept)
    found = engine(machine, Limits(), None, False)
    found, fewest = with_fewest(machine, found, searching(engine), refinement=None)
    (answer,) = found.answers
    expected = fewest_of_runs(machine)
    if answer.verdict is Verdict.HOLDS:
        assert expected is None
        return
    event(f"{faults_in(answer)} faults")
    if "arrives" not in fewest.open:
        assert faults_in(answer) == expected


@given(machine=walks())
@settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
def test_the_reference_finds_runs_with_the_fewest(machine: Machine) -> None:
    """What a fair run owes is judged with the faults that it could take beyond those that are allowed."""
    compare_runs(machine, by_reference)


@given(machine=walks())
@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
def test_native_code_finds_runs_with_the_fewest(machine: Machine) -> None:
    """As the reference does."""
    compare_runs(machine, by_native_code)

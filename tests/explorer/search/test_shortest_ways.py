"""Counterexamples are shortest: compared with networkx on the graph that the Python source of random specs spans."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import networkx as nx
from hypothesis import HealthCheck, assume, event, given, reject, settings
from random_specs import specs
from spec_texts import spec_of

from indoubt.explorer.backends.backend import State
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.backends.source import Source
from indoubt.explorer.frontend.diagnostics import SpecError
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.answers import DEADLOCK
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.result import Answer, Limits, Verdict
from indoubt.specs.language.declarations import capacities

SIZES = {"Node": 1, "Rank": 2}
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large, HealthCheck.large_base_example]
MOST_STATES = 25
ROOT: State = ("before the first state",)


@dataclass
class Graph:
    """The states of a spec up to a depth: an edge from the root to each initial state, then one for each step."""

    edges: nx.DiGraph[State]
    depth: int
    is_complete: bool
    generated: int
    actions: dict[tuple[State, State], set[str]] = field(default_factory=dict)


def source_of(text: str) -> Source:
    """The Python source of a random spec, as a backend; a text that the language refuses is another test's."""
    spec = spec_of(text)
    chosen = settle(spec, SIZES | dict.fromkeys(capacities(spec), 2))
    try:
        return Source(spec, chosen, prepared(lower(spec, chosen)))
    except SpecError:
        reject()


def graph_of(source: Source) -> Graph:
    """Level by level until no state is new, or so many that the next level would take too long."""
    edges: nx.DiGraph[State] = nx.DiGraph()
    found = Graph(edges, 1, is_complete=False, generated=0)
    level: list[State] = []
    for start in source.initial():
        if isinstance(start, tuple):
            found.generated += 1
            edges.add_edge(ROOT, start[1])
            level.append(start[1])
    level = list(dict.fromkeys(level))
    while edges.number_of_nodes() <= MOST_STATES:
        following: dict[State, None] = {}
        for state in level:
            for outcome in source.steps(state):
                if isinstance(outcome, tuple):
                    taken, after = outcome
                    found.generated += 1
                    if after not in edges:
                        following[after] = None
                    edges.add_edge(state, after)
                    found.actions.setdefault((state, after), set()).add(taken.action.name)
        if not following:
            found.is_complete = True
            break
        level = list(following)
        found.depth += 1
    return found


@given(text=specs())
@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
def test_ways_on_random_specs_are_shortest_and_real(text: str) -> None:
    """Counts, verdicts, lengths and every step of every way, for invariants, reachables and deadlock."""
    source = source_of(text)
    machine = source.machine
    graph = graph_of(source)
    assume(graph.depth > 1 or graph.is_complete)
    event("complete" if graph.is_complete else "cut off")
    distances: dict[State, int] = dict(nx.single_source_shortest_path_length(graph.edges, ROOT))
    limits = Limits(max_depth=None if graph.is_complete else graph.depth)
    for position, one in enumerate(machine.properties):
        holds = {state: source.holds(position, state) for state in graph.edges if state != ROOT}
        wanted = [distances[state] for state, held in holds.items() if held == (one.kind == "reachable")]
        found = explore(Reference(machine), limits, properties=frozenset([one.name]))
        only = found.answers[0]
        event(f"{one.kind} {only.verdict.value}")
        if one.kind == "reachable":
            expected = Verdict.HOLDS if wanted else unseen(graph, Verdict.VIOLATED)
        else:
            expected = Verdict.VIOLATED if wanted else unseen(graph, Verdict.HOLDS)
        assert only.verdict is expected
        if wanted:
            end = check_way(only, graph)
            assert holds[end] == (one.kind == "reachable")
            assert distances[end] == min(wanted)
        if graph.is_complete and (not wanted or one.kind == "reachable"):
            assert found.counts.distinct == len(holds)
            assert found.counts.generated == graph.generated
            assert found.counts.depth == max(distances.values()) == graph.depth
            assert found.levels == tuple(count for _, count in sorted(Counter(distances.values()).items()))[1:]


@given(text=specs())
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
def test_deadlocks_of_random_specs_are_nearest_and_real(text: str) -> None:
    """A state without an outgoing edge, not even one to itself."""
    source = source_of(text)
    machine = source.machine
    graph = graph_of(source)
    assume(graph.is_complete)
    distances: dict[State, int] = dict(nx.single_source_shortest_path_length(graph.edges, ROOT))
    stuck = [distances[state] for state in graph.edges if graph.edges.out_degree(state) == 0]
    found = explore(Reference(machine), deadlock=True, properties=frozenset())
    assert [one.property for one in found.answers] == [DEADLOCK]
    event("deadlock" if stuck else "none")
    assert found.verdict is (Verdict.VIOLATED if stuck else Verdict.HOLDS)
    if stuck:
        assert distances[check_way(found.answers[0], graph)] == min(stuck)


def unseen(graph: Graph, verdict: Verdict) -> Verdict:
    """The verdict where nothing was found: undecided unless everything has been seen."""
    return verdict if graph.is_complete else Verdict.INCONCLUSIVE


def check_way(answer: Answer, graph: Graph) -> State:
    """Check that a way begins at an initial state and takes steps of the source; the state where it ends."""
    assert answer.path is not None
    assert graph.edges.has_edge(ROOT, answer.path.initial)
    state = answer.path.initial
    for taken, after in answer.path.steps:
        assert taken.action.name in graph.actions[state, after]
        state = after
    return state

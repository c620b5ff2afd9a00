"""Random graphs as specs, and what the native search has to answer of one: the same as a plain search."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from hypothesis import strategies as st
from packed_graph import ASSERTION, BOUND, STEP, Edge, Graph
from plain_search import PlainSearch

from indoubt.explorer.backends.native.slots import FIRST_CROWDED
from indoubt.explorer.search.native import Question
from indoubt.explorer.search.packed import Outcome
from indoubt.explorer.search.result import Limits
from indoubt.explorer.search.workspace import MOST_INDEX, Workspace


def agree(outcome: Outcome, graph: Graph, words: int, question: Question, limits: Limits) -> None:
    """Everything that the plain search answers, the native one answers."""
    wanted = PlainSearch(graph, question, limits).run()
    if wanted.failure is not None:
        assert outcome.failure is not None
        assert (outcome.failure.failing.value, outcome.failure.index) == wanted.failure
        return
    assert outcome.failure is None

    def found(places: dict[int, tuple[int | None, int | None]]) -> dict[int, tuple[int | None, int | None]]:
        return {
            position: (index, None if node is None else graph.packed(node, words))
            for position, (index, node) in places.items()
        }

    assert outcome.counts.distinct == len(wanted.states)
    assert [outcome.store.state(index) for index in range(len(wanted.states))] == [
        graph.packed(node, words) for node in wanted.states
    ]
    assert [outcome.store.parent(index) for index in range(len(wanted.states))] == wanted.parents
    assert (outcome.stopped and outcome.stopped.limit) == wanted.limit
    assert (outcome.counts.generated, outcome.expanded) == (wanted.generated, wanted.expanded)
    assert outcome.levels == tuple(wanted.levels)
    assert outcome.taken == wanted.ledger
    assert outcome.bounds == wanted.bounds
    assert {position: (one.index, one.successor) for position, one in outcome.found.items()} == found(wanted.found)
    assert {p: (one.index, one.successor) for p, one in outcome.found_steps.items()} == found(wanted.found_steps)
    assert outcome.broken == wanted.broken
    assert outcome.is_violated == wanted.is_violated
    if question.deadlock:
        assert outcome.stuck == wanted.stuck


RARE = [0] * 30
BITS = [*RARE, *(1 << 32 + bit for bit in range(9))]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Small graphs in which now and then something is wrong."""
    count = draw(st.integers(1, 40))
    nodes = st.integers(0, count - 1)
    edges = st.builds(
        Edge,
        nodes,
        st.sampled_from([*[STEP] * 20, BOUND, *[ASSERTION] * draw(st.integers(0, 1))]),
        st.integers(0, 1),
    )
    bits = st.sampled_from(BITS) if draw(st.booleans()) else st.sampled_from([0, 0, 0, 1 << 36, 1 << 38, 1 << 39])
    codes = st.sampled_from([*RARE, 1, FIRST_CROWDED]) if draw(st.booleans()) else st.just(0)
    fan = draw(st.sampled_from([2, 3, 12]))
    return Graph(
        draw(st.lists(bits, min_size=count, max_size=count)),
        draw(st.lists(codes, min_size=count, max_size=count)),
        draw(st.lists(st.lists(edges, max_size=fan), min_size=count, max_size=count)),
        draw(st.lists(nodes, min_size=1, max_size=3)),
    )


QUESTIONS = st.builds(
    Question,
    properties=st.sampled_from([0, 1, 3, 7, 15]),
    invariants=st.sampled_from([0, 1, 5]),
    step_properties=st.sampled_from([0, 1]),
    constraints=st.booleans(),
    deadlock=st.booleans(),
)


@contextmanager
def logs_on_disk() -> Generator[None]:
    """As if there were no memory for any log."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workspace, "_allowed", property(lambda space: MOST_INDEX if space.is_on_disk else 0))
        yield

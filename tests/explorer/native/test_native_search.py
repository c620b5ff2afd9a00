"""The native search against a plain one: everything it answers, on random graphs, compiled and as plain Python."""

from __future__ import annotations

import ctypes
from functools import cache
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import packed_graph
import pytest
from graph_searches import QUESTIONS, agree, graphs
from hypothesis import given, settings, strategies as st
from packed_graph import Graph
from plain_search import FAULTS, PlainSearch

from indoubt.explorer.backends.native.dialect import bind
from indoubt.explorer.backends.native.lowering import lower
from indoubt.explorer.search.block import Shape, Tuning
from indoubt.explorer.search.compiled import KERNELS, CompiledSearch
from indoubt.explorer.search.native import NativeSearch, Question
from indoubt.explorer.search.packed import Outcome
from indoubt.explorer.search.result import Limits

SPEC = (packed_graph.expand, packed_graph.check, packed_graph.check_step)
SMALL = Tuning(batch=4, recent_slots=8, slots=8)
"""Sizes with which growth, full batches and batches full of one state's successors happen in small graphs too."""


def shape(words: int) -> Shape:
    """Graphs have three actions, of which two are faults, seventy bounds and two assertions."""
    return Shape(words, actions=3, bounds=70, assertions=2, faults=FAULTS)


@cache
def compiled(words: int, workers: int = 1) -> CompiledSearch:
    """The search of graphs in machine code."""
    return CompiledSearch([lower(SPEC, {"W": words})], SMALL.constants(shape(words), workers))


@cache
def plain(words: int) -> Any:
    """The same kernels as plain Python."""
    constants = SMALL.constants(shape(words))
    late: dict[str, Any] = {}

    def emit_step(context: int, successor: int, found: int) -> None:
        late["emit_step"](context, successor, found)

    def broke(context: int, assertion: int) -> None:
        late["broke"](context, assertion)

    spec = bind(SPEC, constants, {"emit_step": emit_step, "broke": broke})
    late |= bind(KERNELS, constants, {one.name: spec[one.name] for one in SPEC})
    return SimpleNamespace(**{one.name: late[one.name] for one in KERNELS})


def run(code: Any, graph: Graph, words: int, question: Question, limits: Limits, workers: int = 1) -> Outcome:
    """Search a graph."""
    search = NativeSearch(code, shape(words), question, limits, workers=workers, tuning=SMALL, memory_bytes=1 << 26)
    memory = graph.memory()
    search.space.write(packed_graph.GRAPH, ctypes.addressof(memory))
    return search.run([graph.packed(node, words) for node in graph.initial])


LIMITS = st.builds(
    Limits,
    max_states=st.one_of(st.none(), st.integers(0, 30)),
    max_depth=st.one_of(st.none(), st.integers(1, 6)),
)


@pytest.mark.parametrize("words", [1, 2, 5])
@pytest.mark.parametrize("code", [0, 1])
@pytest.mark.parametrize("wrong", [packed_graph.FAILS, packed_graph.STEP_FAILS])
def test_what_fails_first_is_told_though_memory_has_to_grow(words: int, code: int, wrong: int) -> None:
    """Whichever successor of a state is wrong, before or after the batch is full and memory has to grow."""
    question = Question(properties=1, invariants=0, step_properties=1, constraints=False, deadlock=False)
    for count in range(1, 15):
        bits = [0] * count
        for place in range(count):
            bits[place - 1], bits[place] = 0, wrong
            edges = [*[list[packed_graph.Edge]()] * count, [packed_graph.Edge(node) for node in range(count)]]
            graph = Graph([*bits, 0], [*[0] * count, code], edges, [count])
            agree(run(compiled(words), graph, words, question, Limits()), graph, words, question, Limits())


@pytest.mark.parametrize("words", [1, 2, 5])
@given(graph=graphs(), question=QUESTIONS, limits=LIMITS)
@settings(max_examples=100, deadline=None)
def test_the_native_search_answers_what_a_plain_one_does(
    words: int, graph: Graph, question: Question, limits: Limits
) -> None:
    """Order of states, parents, counts, levels, violations, failures, limits: all as if there were no batches."""
    agree(run(compiled(words), graph, words, question, limits), graph, words, question, limits)


@pytest.mark.parametrize("words", [1, 2])
@given(graph=graphs(), question=QUESTIONS, limits=LIMITS)
@settings(max_examples=40, deadline=None)
def test_the_kernels_mean_the_same_in_plain_python(
    words: int, graph: Graph, question: Question, limits: Limits
) -> None:
    """The dialect is Python, and its kernels run as Python on the same memory."""
    agree(run(plain(words), graph, words, question, limits), graph, words, question, limits)


@pytest.mark.parametrize("words", [1, 2])
@given(graph=graphs(), question=QUESTIONS, most_depth=st.one_of(st.none(), st.integers(1, 6)))
@settings(max_examples=60, deadline=None)
def test_several_workers_answer_what_one_does(
    words: int, graph: Graph, question: Question, most_depth: int | None
) -> None:
    """The same states, levels, counts and violations; a violation at the same depth, though it may be another state."""
    limits = Limits(max_depth=most_depth)
    alone = PlainSearch(graph, question, limits).run()
    together = run(compiled(words, 3), graph, words, question, limits, workers=3)
    assert (together.failure is None) == (alone.failure is None)
    if alone.failure is not None:
        return
    assert together.levels == tuple(alone.levels)
    assert together.is_violated == alone.is_violated
    assert (together.stopped and together.stopped.limit) == alone.limit
    assert (together.counts.generated, together.expanded) == (alone.generated, alone.expanded)
    assert together.taken == alone.ledger
    assert together.bounds == alone.bounds
    assert sorted(together.found) == sorted(alone.found)
    assert sorted(together.found_steps) == sorted(alone.found_steps)
    assert sorted(together.broken) == sorted(alone.broken)
    if question.deadlock:
        assert (together.stuck is None) == (alone.stuck is None)
    for position, (index, _) in alone.found.items():
        theirs = together.found[position].index
        assert (theirs is None) == (index is None)
        if theirs is not None and index is not None:
            assert len(path_of(together, theirs, graph, words)) == alone.depth(index)


def path_of(outcome: Outcome, index: int, graph: Graph, words: int) -> list[int]:
    """The nodes on the way to a state, each of which has an edge to the next."""
    numbers = {graph.packed(node, words): node for node in range(len(graph.bits))}
    way = [numbers[state] for state in outcome.store.path(index)]
    assert way[0] in graph.initial
    assert all(after in [edge.target for edge in graph.edges[before]] for before, after in pairwise(way))
    return way

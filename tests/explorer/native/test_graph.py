"""Fair runs in native code: the kernels find the very runs that the plain search finds."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from hypothesis import event, given, settings, strategies as st

from indoubt.explorer.backends.native.dialect import bind, defined_elsewhere
from indoubt.explorer.search.block import Shape, Tuning
from indoubt.explorer.search.compiled import CompiledRuns, CompiledSearch, kernels_of_graphs
from indoubt.explorer.search.kernels import graph as of
from indoubt.explorer.search.liveness import NOTHING_OWED, Edge, Lasso, Steps, find_lasso
from indoubt.explorer.search.memory import Memory
from indoubt.explorer.search.native_graph import SOUGHT, Code, Graph, NoMemory, Part

NO_SPEC = """
declare void @emit(ptr, ptr)
define i64 @expand(ptr %state, ptr %context) { ret i64 0 }
define i64 @check(ptr %state) { ret i64 0 }
define i64 @judge(i64 %property, ptr %state, ptr %arguments) { ret i64 0 }
"""
CONSTANTS = Tuning().constants(Shape(1, actions=0, has_runs=True))
MOST_PROMISES = 70
"""More than there are bits in a word."""


@cache
def compiled() -> Code:
    """The kernels in machine code."""
    return CompiledRuns(CompiledSearch([NO_SPEC], CONSTANTS))


@dataclass(frozen=True)
class PlainRuns:
    """The kernels that look at graphs, as functions of Python."""

    kernels: Mapping[str, Callable[..., int]]


@cache
def plain() -> Code:
    """The kernels as plain Python."""
    lacking: dict[str, Callable[..., Any]] = dict.fromkeys(("expand", "emit", "judge", "check"), defined_elsewhere)
    bound = bind(kernels_of_graphs(), CONSTANTS, lacking)
    return PlainRuns({one.name: bound[one.name] for one in kernels_of_graphs()})


Said = list[int]


@st.composite
def questions(draw: st.DrawFn) -> tuple[Steps, list[Said], int]:
    """A graph, what is said of its states by one to three members of a family, and how many states are initial."""
    count = draw(st.integers(1, 12))
    promises = draw(st.sampled_from([0, 1, 3, MOST_PROMISES]))
    kept = st.sampled_from([NOTHING_OWED, *range(min(promises, 3)), *range(max(0, promises - 2), promises)])
    edges: list[list[Edge]] = [[] for _ in range(count)]
    nodes = st.integers(0, count - 1)
    for start, end, owed in draw(st.lists(st.tuples(nodes, nodes, kept), max_size=4 * count)):
        if start != end:
            edges[start].append((end, owed))
    if promises and count > 1 and draw(st.booleans()):  # to stand still breaks a promise then
        for start in range(count):
            edges[start].append(((start + 1) % count, draw(st.integers(0, min(promises, 3) - 1))))
    strong = draw(st.lists(st.booleans(), min_size=promises, max_size=promises))
    mostly = draw(st.sampled_from([(0, 1, 2, 3), (0, 1), (0, 0, 0, 3)]))
    said = draw(st.lists(st.lists(st.sampled_from(mostly), min_size=count, max_size=count), min_size=1, max_size=3))
    return Steps(edges, strong), said, draw(st.integers(1, count))


def expected(kind: str, steps: Steps, said: list[Said], initial: int) -> Lasso | None:
    """What the plain search finds."""

    def fails(state: int) -> bool:
        return not said[0][state] & of.REACHES_GOAL

    def triggers(state: int) -> bool:
        return bool(said[0][state] & of.TRIGGERS)

    def one_fails(one: Said) -> Callable[[int], bool]:
        return lambda state: not one[state] & of.REACHES_GOAL

    begin = range(initial)
    match kind:
        case "eventually":
            return find_lasso(steps, begin, turns=fails, stays=fails, begins_turned=True)
        case "leads_to":
            return find_lasso(steps, begin, turns=triggers, stays=fails)
        case "infinitely_often":
            return find_lasso(steps, begin, turns=fails, stays=fails)
        case _:
            meets = [one_fails(one) for one in said]
            return find_lasso(steps, begin, turns=lambda _: True, stays=lambda _: True, meets=meets)


def found(code: Code, kind: str, steps: Steps, said: list[Said], initial: int) -> Lasso | None:
    """What native code finds."""
    graph = Graph(code, [Part(len(steps.edges), 0)], 1, 1 << 24, lambda: None)
    graph.take(steps.edges)
    graph.demand(steps.strong)
    rooms: list[Memory] = []
    for one in said:
        room = graph.said()
        for node, bits in enumerate(one):
            ctypes.c_uint8.from_address(room.address + node).value = bits
        rooms.append(room)
    return graph.find_lasso(SOUGHT[kind], rooms, initial)


@pytest.mark.parametrize("kind", sorted(SOUGHT))
@given(question=questions())
@settings(max_examples=300, deadline=None)
def test_native_code_finds_the_run_that_the_plain_search_finds(
    kind: str, question: tuple[Steps, list[Said], int]
) -> None:
    """Not one of the same length: the same one."""
    lasso = expected(kind, *question)
    event(f"there is one: {lasso is not None}, and it moves: {lasso is not None and bool(lasso.cycle)}")
    assert found(compiled(), kind, *question) == lasso


@pytest.mark.parametrize("kind", sorted(SOUGHT))
@given(question=questions())
@settings(max_examples=30, deadline=None)
def test_the_kernels_find_it_in_plain_python(kind: str, question: tuple[Steps, list[Said], int]) -> None:
    """The dialect is Python."""
    assert found(plain(), kind, *question) == expected(kind, *question)


def test_a_graph_takes_no_more_memory_than_it_may() -> None:
    """It says so before it takes it."""
    with pytest.raises(NoMemory):
        Graph(compiled(), [Part(1 << 20, 0)], 1, 1 << 20, lambda: None)

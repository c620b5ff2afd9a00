"""Searches that stop, are written to a checkpoint, and go on; states on disk; fingerprints: each answers as one run."""

from __future__ import annotations

import ctypes
import tempfile
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import packed_graph
import pytest
from graph_searches import QUESTIONS, agree, graphs, logs_on_disk
from hypothesis import given, settings, strategies as st
from packed_graph import Graph
from plain_search import FAULTS, PlainSearch

from indoubt.explorer.backends.native.dialect import bind
from indoubt.explorer.backends.native.lowering import lower
from indoubt.explorer.search import checkpoint
from indoubt.explorer.search.block import Shape, Tuning
from indoubt.explorer.search.checkpoint import Keeping
from indoubt.explorer.search.compiled import KERNELS, CompiledSearch
from indoubt.explorer.search.native import NativeSearch, Question
from indoubt.explorer.search.packed import Outcome
from indoubt.explorer.search.result import Limits

SPEC = (packed_graph.expand, packed_graph.check, packed_graph.check_step)
SMALL = Tuning(batch=4, recent_slots=8, slots=8, window=1024)
FRESH = Limits()


def shape_of(words: int, *, fingerprints: bool) -> Shape:
    """That of a graph."""
    return Shape(words, actions=3, bounds=70, assertions=2, faults=FAULTS, fingerprints=fingerprints)


@cache
def compiled(words: int, workers: int, fingerprints: bool) -> CompiledSearch:
    """The search of graphs in machine code."""
    constants = SMALL.constants(shape_of(words, fingerprints=fingerprints), workers)
    return CompiledSearch([lower(SPEC, {"W": words})], constants)


@cache
def plain(words: int) -> Any:
    """The same kernels as plain Python."""
    constants = SMALL.constants(shape_of(words, fingerprints=False))
    late: dict[str, Any] = {}

    def emit_step(context: int, successor: int, found: int) -> None:
        late["emit_step"](context, successor, found)

    def broke(context: int, assertion: int) -> None:
        late["broke"](context, assertion)

    spec = bind(SPEC, constants, {"emit_step": emit_step, "broke": broke})
    late |= bind(KERNELS, constants, {one.name: spec[one.name] for one in SPEC})
    return SimpleNamespace(**{one.name: late[one.name] for one in KERNELS})


class Runs:
    """Runs of one graph, one after the other, each from the checkpoint of the one before."""

    def __init__(self, graph: Graph, words: int, question: Question, folder: Path) -> None:
        self.graph, self.words, self.question, self.folder = graph, words, question, folder
        self.memory = graph.memory()

    def run(
        self,
        limits: Limits,
        *,
        workers: int = 1,
        fingerprints: bool = False,
        on_disk: bool = False,
        goes_on: bool = False,
        code: Any = None,
    ) -> Outcome:
        """One run."""
        keeping = Keeping(self.folder / "kept", dict, saved=checkpoint.read(self.folder / "kept") if goes_on else None)
        search = NativeSearch(
            code or compiled(self.words, workers, fingerprints),
            shape_of(self.words, fingerprints=fingerprints),
            self.question,
            limits,
            workers=workers,
            tuning=SMALL,
            memory_bytes=1 << 26,
            folder=self.folder if on_disk else None,
            keeping=keeping,
        )
        search.space.write(packed_graph.GRAPH, ctypes.addressof(self.memory))
        outcome = search.run([self.graph.packed(node, self.words) for node in self.graph.initial])
        if on_disk and outcome.counts.distinct:
            assert outcome.is_on_disk
        assert not outcome.not_kept
        if goes_on and outcome.stopped is not None:
            assert outcome.is_kept
        return outcome


STOPS = st.lists(
    st.one_of(
        st.builds(Limits, max_states=st.integers(0, 30)),
        st.builds(Limits, max_depth=st.integers(1, 6)),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("words", [1, 2, 5])
@given(graph=graphs(), question=QUESTIONS, stops=STOPS, fingerprints=st.booleans(), on_disk=st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_search_that_stops_and_goes_on_answers_what_one_does_that_never_stopped(
    words: int, graph: Graph, question: Question, stops: list[Limits], fingerprints: bool, on_disk: bool
) -> None:
    """Order of states, parents, counts, levels, violations, failures: whatever stopped it, and how often."""
    with tempfile.TemporaryDirectory() as folder, logs_on_disk() if on_disk else nullcontext():
        runs = Runs(graph, words, question, Path(folder))
        goes_on = False
        for limits in stops:
            outcome = runs.run(limits, fingerprints=fingerprints, on_disk=on_disk, goes_on=goes_on)
            if outcome.stopped is None:
                break
            goes_on = goes_on or outcome.is_kept
        last = runs.run(FRESH, fingerprints=fingerprints, on_disk=on_disk, goes_on=goes_on)
        agree(last, graph, words, question, FRESH)


@given(graph=graphs(), question=QUESTIONS, most=st.integers(0, 30))
@settings(max_examples=30, deadline=None)
def test_the_kernels_that_restore_mean_the_same_in_plain_python(graph: Graph, question: Question, most: int) -> None:
    """The table that is made again has every state."""
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(graph, 2, question, Path(folder))
        first = runs.run(Limits(max_states=most), code=plain(2))
        last = runs.run(FRESH, code=plain(2), goes_on=first.is_kept)
        agree(last, graph, 2, question, FRESH)


@pytest.mark.parametrize("words", [1, 2])
@given(
    graph=graphs(),
    question=QUESTIONS,
    stops=st.lists(st.tuples(st.integers(0, 30), st.sampled_from([1, 3])), min_size=1, max_size=3),
    last=st.sampled_from([1, 3]),
    fingerprints=st.booleans(),
    on_disk=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_the_number_of_workers_may_change_between(
    words: int,
    graph: Graph,
    question: Question,
    stops: list[tuple[int, int]],
    last: int,
    fingerprints: bool,
    on_disk: bool,
) -> None:
    """Indices change, and nothing that is told: counts, levels, actions, verdicts, depths."""
    alone = PlainSearch(graph, question, FRESH).run()
    with tempfile.TemporaryDirectory() as folder, logs_on_disk() if on_disk else nullcontext():
        runs = Runs(graph, words, question, Path(folder))
        goes_on = False
        for most, workers in stops:
            outcome = runs.run(
                Limits(max_states=most),
                workers=workers,
                fingerprints=fingerprints,
                on_disk=on_disk,
                goes_on=goes_on,
            )
            if outcome.stopped is None:
                break
            goes_on = goes_on or outcome.is_kept
        told = runs.run(FRESH, workers=last, fingerprints=fingerprints, on_disk=on_disk, goes_on=goes_on)
    assert (told.failure is None) == (alone.failure is None)
    if alone.failure is not None:
        return
    assert told.levels == tuple(alone.levels)
    assert told.is_violated == alone.is_violated
    assert (told.stopped and told.stopped.limit) == alone.limit
    assert (told.counts.generated, told.expanded) == (alone.generated, alone.expanded)
    assert told.taken == alone.ledger
    assert told.bounds == alone.bounds
    assert sorted(told.found) == sorted(alone.found)
    assert sorted(told.found_steps) == sorted(alone.found_steps)
    assert sorted(told.broken) == sorted(alone.broken)
    if question.deadlock:
        assert (told.stuck is None) == (alone.stuck is None)
    for position, (index, _) in alone.found.items():
        theirs = told.found[position].index
        assert (theirs is None) == (index is None)
        if theirs is not None and index is not None:
            assert len(told.store.path(theirs)) == alone.depth(index)

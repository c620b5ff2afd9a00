"""Two-Phase Commit at speed: published counts, growth, limits, interruptions, memory that runs out."""

from __future__ import annotations

import os
import signal
import threading
import time
from functools import cache
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import packed_two_phase
import pytest

from indoubt.explorer.backends.native.lowering import lower
from indoubt.explorer.search.block import Shape, Tuning
from indoubt.explorer.search.compiled import CompiledSearch
from indoubt.explorer.search.memory import Memory
from indoubt.explorer.search.native import NativeSearch, Question
from indoubt.explorer.search.packed import Outcome
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import Limits

SMALL = Tuning(batch=8, recent_slots=16, slots=16)
ALL = Question(properties=7, invariants=1, deadlock=True)
ACTIONS = len(packed_two_phase.ACTIONS)


@cache
def compiled(managers: int, words: int, tuning: Tuning, workers: int = 1) -> CompiledSearch:
    """The search of Two-Phase Commit."""
    text = lower([packed_two_phase.expand, packed_two_phase.check], {"N": managers, "W": words})
    return CompiledSearch([text], tuning.constants(Shape(words, ACTIONS), workers))


def two_phase(
    managers: int, words: int = 1, limits: Limits | None = None, *, tuning: Tuning = SMALL, memory_bytes: int = 1 << 30
) -> NativeSearch:
    """A search of Two-Phase Commit, from its initial state 0."""
    code, shape = compiled(managers, words, tuning), Shape(words, ACTIONS)
    return NativeSearch(code, shape, ALL, limits, tuning=tuning, memory_bytes=memory_bytes)


COUNTS = {1: (12, 20, 5), 2: (56, 154, 8), 3: (288, 1146, 11), 4: (1568, 8258, 14), 5: (8832, 58146, 17)}
"""Distinct, generated, depth, for each number of resource managers."""


@pytest.mark.parametrize(
    ("managers", "words", "tuning"),
    [
        *((managers, 1, SMALL) for managers in COUNTS),
        *((5, words, tuning) for words in (2, 5) for tuning in (SMALL, Tuning())),
        (5, 1, Tuning()),
    ],
)
def test_two_phase_commit_has_the_published_counts(managers: int, words: int, tuning: Tuning) -> None:
    """Those of TLC and of the spec in the library, however small the table is at the beginning."""
    distinct, generated, depth = COUNTS[managers]
    outcome = two_phase(managers, words, tuning=tuning).run([0])
    assert (outcome.counts.distinct, outcome.counts.generated, outcome.counts.depth) == (distinct, generated, depth)
    assert outcome.counts.frontier == 0
    assert outcome.expanded == distinct
    assert sum(outcome.taken) + 1 == generated
    assert not outcome.is_violated
    assert outcome.stopped is None
    assert sorted(outcome.found) == [1, 2]
    assert outcome.stuck is None


def test_a_larger_space_grows_the_table_many_times() -> None:
    """From 16 slots to half a million; states of two words, so that the table has tags and indices."""
    outcome = two_phase(7, 2).run([0])
    assert (outcome.counts.distinct, outcome.counts.depth) == (296_448, 23)
    assert sum(outcome.levels) == 296_448


def test_a_path_goes_from_state_to_state() -> None:
    """Parents lead to an initial state, a level at a time."""
    outcome = two_phase(3, 2).run([0])
    reached = outcome.found[1].index
    assert reached is not None
    way = outcome.store.path(reached)
    assert way[0] == 0
    assert len(way) == 11
    assert all(((before ^ after) & ((1 << 64) - 1)).bit_count() <= 3 for before, after in pairwise(way))


@pytest.mark.parametrize("tuning", [SMALL, Tuning()])
@pytest.mark.parametrize("most", [0, 1, 55, 100, 287, 288])
def test_a_limit_on_states_stops_where_the_reference_does(tuning: Tuning, most: int) -> None:
    """No state is expanded once there are more; a batch is no excuse."""
    outcome = two_phase(3, limits=Limits(max_states=most), tuning=tuning).run([0])
    if most == 288:
        assert outcome.stopped is None
        return
    assert outcome.stopped is not None
    assert outcome.stopped.limit == f"--max-states {most}"
    assert most < outcome.counts.distinct <= most + 13
    assert outcome.counts.frontier == outcome.counts.distinct - outcome.expanded > 0 or most == 287


@pytest.mark.parametrize("most", [1, 2, 5, 10])
def test_a_limit_on_depth_keeps_whole_levels(most: int) -> None:
    """The states at that depth are found and not expanded."""
    outcome = two_phase(3, limits=Limits(max_depth=most)).run([0])
    assert outcome.stopped is not None
    assert outcome.stopped.limit == f"--max-depth {most}"
    assert outcome.counts.depth == len(outcome.levels) == most
    assert outcome.counts.frontier == outcome.levels[-1]


def test_a_timeout_ends_a_search() -> None:
    """While the kernel runs, the main thread looks at the clock."""
    started = time.monotonic()
    outcome = two_phase(10, limits=Limits(timeout_s=0.2), tuning=Tuning(), memory_bytes=1 << 32).run([0])
    assert time.monotonic() - started < 3
    assert outcome.stopped is not None
    assert outcome.stopped.limit == "--timeout 0.2"
    assert outcome.counts.frontier > 0


def test_an_interruption_ends_a_search_in_good_order() -> None:
    """Ctrl-C: what was learnt is told, and the handler from before is put back."""
    before = signal.getsignal(signal.SIGINT)
    search = two_phase(10, limits=Limits(timeout_s=20), tuning=Tuning(), memory_bytes=1 << 32)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    outcome = search.run([0])
    timer.join()
    assert outcome.stopped is not None
    assert outcome.stopped.is_interruption
    assert outcome.counts.distinct > 1000
    assert signal.getsignal(signal.SIGINT) is before


def test_a_search_outside_the_main_thread_runs_too() -> None:
    """Only the main thread of Python may handle signals."""
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(two_phase(3).run([0])))
    thread.start()
    thread.join()
    assert outcomes[0].counts.distinct == 288


@pytest.mark.parametrize("words", [1, 5])
def test_memory_that_runs_out_ends_a_search(words: int) -> None:
    """What it has learnt is told, and no more is used than may be."""
    outcome = two_phase(7, words, memory_bytes=1 << 20).run([0])
    assert outcome.stopped is not None
    assert outcome.stopped.limit == "--memory"
    assert outcome.memory_bytes <= 1 << 20
    assert outcome.counts.distinct > (1 << 20) // (8 * words + 30) // 2
    assert outcome.counts.distinct == sum(outcome.levels)


def test_a_search_reports_where_it_is() -> None:
    """Now and then, from the main thread."""
    seen: list[Progress] = []
    code, shape, limits = compiled(10, 1, Tuning()), Shape(1, ACTIONS), Limits(timeout_s=0.6)
    outcome = NativeSearch(code, shape, ALL, limits, memory_bytes=1 << 32, report=seen.append).run([0])
    assert seen
    assert 0 < seen[0].expanded < seen[0].counts.distinct <= outcome.counts.distinct
    assert seen[0].counts.depth > 1


def test_a_kernel_that_raises_is_heard_in_the_main_thread() -> None:
    """When kernels run as plain Python, their mistakes must not vanish in a thread."""
    made = compiled(3, 1, SMALL)

    def search(context: int) -> int:
        raise ZeroDivisionError(context)

    lame: Any = SimpleNamespace(meet=made.meet, search=search, find_stuck=made.find_stuck)
    with pytest.raises(ZeroDivisionError):
        NativeSearch(lame, Shape(1, ACTIONS), ALL, tuning=SMALL, memory_bytes=1 << 26).run([0])


@pytest.mark.parametrize("words", [1, 2])
@pytest.mark.parametrize("tuning", [SMALL, Tuning()])
def test_several_workers_count_what_one_does(words: int, tuning: Tuning) -> None:
    """A race for a slot has one winner, while the table grows again and again."""
    code, shape = compiled(7, words, tuning, workers=4), Shape(words, ACTIONS)
    outcome = NativeSearch(code, shape, ALL, workers=4, tuning=tuning, memory_bytes=1 << 30).run([0])
    assert (outcome.counts.distinct, outcome.counts.depth, outcome.counts.frontier) == (296_448, 23, 0)
    assert outcome.counts.generated == 1 + sum(outcome.taken)
    reached = outcome.found[1].index
    assert reached is not None
    assert len(outcome.store.path(reached)) == 23


@pytest.mark.parametrize("limits", [Limits(max_states=5000), Limits(max_depth=9), Limits(timeout_s=0.0)])
def test_limits_stop_several_workers(limits: Limits) -> None:
    """Each stops soon, and what is told fits together."""
    code, shape = compiled(7, 1, SMALL, workers=4), Shape(1, ACTIONS)
    outcome = NativeSearch(code, shape, ALL, limits, workers=4, tuning=SMALL, memory_bytes=1 << 30).run([0])
    assert outcome.stopped is not None
    assert outcome.counts.frontier > 0
    assert outcome.counts.distinct == sum(outcome.levels)
    if limits.max_states is not None:
        assert limits.max_states < outcome.counts.distinct < limits.max_states + 500


@pytest.mark.parametrize("words", [1, 2])
def test_arrays_move_where_no_address_space_can_be_reserved(words: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some platforms have no such thing; there the arrays are copied to larger ones."""

    def fail(memory: Memory, size: int) -> None:
        """No reservation."""

    monkeypatch.setattr(Memory, "_reserved", fail)
    outcome = two_phase(5, words).run([0])
    assert (outcome.counts.distinct, outcome.counts.depth, outcome.stopped) == (8832, 17, None)
    reached = outcome.found[1].index
    assert reached is not None
    assert len(outcome.store.path(reached)) == 17
    with pytest.raises(MemoryError, match="several workers need address space"):
        NativeSearch(compiled(5, words, SMALL), Shape(words, ACTIONS), ALL, workers=2, tuning=SMALL)


def test_a_report_that_raises_ends_the_search_and_harms_nobody() -> None:
    """The kernel goes on for a moment in its thread, and its memory stays until it returns."""

    def lame(progress: Progress) -> None:
        raise ZeroDivisionError(progress)

    code, shape, limits = compiled(10, 1, Tuning()), Shape(1, ACTIONS), Limits(timeout_s=5)
    with pytest.raises(ZeroDivisionError):
        NativeSearch(code, shape, ALL, limits, memory_bytes=1 << 32, report=lame).run([0])
    assert two_phase(3).run([0]).counts.distinct == 288


def test_initial_states_are_counted_and_may_be_many() -> None:
    """Each is generated, and stored once."""
    outcome = two_phase(2).run([0, 1, 0, *(2 << bit for bit in range(3)), 1])
    assert outcome.counts.initial == 5
    assert outcome.counts.generated == 7 + sum(outcome.taken)
    late = two_phase(2, limits=Limits(timeout_s=0.0)).run([0])
    assert late.stopped is not None
    assert late.stopped.limit == "--timeout 0"

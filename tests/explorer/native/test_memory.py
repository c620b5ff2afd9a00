"""Memory that is kept, logs that move to disk, disks that are full, and how good a fingerprint is."""

from __future__ import annotations

import ctypes
import errno
import os
import tempfile
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import packed_two_phase
import pytest

from indoubt import Verdict, check
from indoubt.explorer.backends.native.dialect import bind
from indoubt.explorer.backends.native.lowering import lower
from indoubt.explorer.search import folders, table, workspace
from indoubt.explorer.search.block import Shape, Tuning
from indoubt.explorer.search.compiled import CompiledSearch
from indoubt.explorer.search.folders import bytes_text, disk_folder, is_in_memory
from indoubt.explorer.search.kernels.table import LINE_SLOTS
from indoubt.explorer.search.kernels.words import hash_of
from indoubt.explorer.search.native import NativeSearch, Question
from indoubt.explorer.search.packed import Outcome
from indoubt.explorer.search.result import Limits
from indoubt.explorer.search.table import SLOT_BYTES, Table
from indoubt.runs.storing import omission, probability_text
from indoubt.specs.commit.two_phase import TwoPhase

TUNING = Tuning(batch=64, recent_slots=64, slots=1 << 10, window=1024)
ACTIONS = len(packed_two_phase.ACTIONS)
ALL = Question(properties=7, invariants=1)
LOG_BYTES = 8 + workspace.PARENT_BYTES
"""What a state of one word takes in the logs."""


@cache
def compiled(managers: int, shape: Shape, workers: int) -> CompiledSearch:
    """The search of Two-Phase Commit."""
    text = lower([packed_two_phase.expand, packed_two_phase.check], {"N": managers, "W": shape.words})
    return CompiledSearch([text], TUNING.constants(shape, workers))


def searched(
    managers: int, folder: Path | None, memory_bytes: int, *, words: int = 1, workers: int = 1, prints: bool = False
) -> Outcome:
    """Two-Phase Commit, searched in little memory."""
    shape = Shape(words, ACTIONS, fingerprints=prints)
    code = compiled(managers, shape, workers)
    search = NativeSearch(
        code, shape, ALL, Limits(), workers=workers, tuning=TUNING, memory_bytes=memory_bytes, folder=folder
    )
    return search.run([0])


@pytest.mark.parametrize(("scarce", "most"), [(False, 25 - LOG_BYTES), (True, 12)])
def test_a_state_takes_no_more_however_many_there_are(scarce: bool, most: int) -> None:
    """Just after a large table has grown it takes most; that is not above what is promised for states of one word."""
    nothing: Any = None  # only sizes matter
    start = 2 * table.TINY_SLOTS if scarce else table.SMALL_SLOTS + LINE_SLOTS
    slots = Table(start, 1 << 30, nothing, huge=False)
    for _ in range(40):
        needed = slots.room + 1
        slots.slots = slots.larger(needed, scarce=scarce)
        assert SLOT_BYTES * slots.slots / needed < most
        if slots.slots == table.MOST_SLOTS:
            break


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("words", "prints"), [(1, False), (5, True)])
def test_logs_move_to_disk_when_memory_is_nearly_used_up(
    words: int, prints: bool, workers: int, tmp_path: Path
) -> None:
    """All states are found, in memory that the table alone fills, and no file is left or even seen."""
    given = 5_000_000
    outcome = searched(7, tmp_path, given, words=words, workers=workers, prints=prints)
    assert (outcome.counts.distinct, outcome.counts.depth, outcome.stopped) == (296_448, 23, None)
    assert outcome.is_on_disk
    assert outcome.memory_bytes <= given
    assert not list(tmp_path.iterdir())
    reached = outcome.found[1].index
    assert reached is not None
    assert len(outcome.store.path(reached)) == 23
    without = searched(7, None, given, words=words, workers=workers, prints=prints)
    assert without.stopped is not None
    assert without.stopped.limit == "--memory"
    assert "name one with --disk" in without.stopped.remark


def test_states_on_disk_that_are_looked_at_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exact states of several words; what was read of them is taken out of memory again and again."""
    monkeypatch.setattr(workspace, "mapped_bytes", lambda: None)
    outcome = searched(6, tmp_path, 2_500_000, words=5)
    assert (outcome.counts.distinct, outcome.counts.depth, outcome.stopped) == (50_816, 20, None)
    assert outcome.is_on_disk


@pytest.mark.parametrize("full_at", range(1, 8))
def test_a_full_disk_ends_a_search_with_what_it_has_learnt(
    full_at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is written where there is no room."""
    calls = 0
    given = os.posix_fallocate

    def allocate(descriptor: int, offset: int, length: int) -> None:
        nonlocal calls
        calls += 1
        if calls >= full_at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        given(descriptor, offset, length)

    monkeypatch.setattr(os, "posix_fallocate", allocate)
    outcome = searched(7, tmp_path, 5_000_000)
    assert outcome.stopped is not None
    assert outcome.stopped.limit == "--memory"
    assert f"{tmp_path}: No space left on device" in outcome.stopped.remark
    assert 10_000 < outcome.counts.distinct == sum(outcome.levels)
    assert outcome.store.path(outcome.counts.distinct - 1)[0] == 0


def test_what_has_no_number_is_named_as_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Indices have 32 bits, of which each of several workers has a part; fewer are pretended here."""
    monkeypatch.setattr(workspace, "PART_RECORDS", 1024)
    monkeypatch.setattr(workspace, "MOST_INDEX", 2100)
    limits = {1: "2,100 states, as many as", 2: "1,024 states of one of 2 workers, as many as"}
    for workers, limit in limits.items():
        outcome = searched(5, None, 1 << 26, workers=workers)
        assert outcome.stopped is not None
        assert outcome.stopped.limit == f"{limit} native code numbers"
        assert 500 < outcome.counts.distinct <= 2100
        assert outcome.counts.frontier == outcome.counts.distinct - outcome.expanded > 0


def test_every_bit_of_a_fingerprint_changes_with_every_bit_of_a_state() -> None:
    """For about half of the states each, whatever word the bit is in."""
    words = 3
    hashed: Any = bind([hash_of], {**TUNING.constants(Shape(words, 1, fingerprints=True))}, {})["hash_of"]
    state = (ctypes.c_uint64 * words)()

    def print_of(*values: int) -> int:
        state[:] = list(values)
        return int(hashed(ctypes.addressof(state)))

    samples = [(7 * number, number << 40, 0) for number in range(64)]
    for word, bit in product(range(words), (0, 1, 31, 32, 62, 63)):
        changed = [0] * 64
        for sample in samples:
            other = list(sample)
            other[word] ^= 1 << bit
            difference = print_of(*sample) ^ print_of(*other)
            changed = [count + (difference >> place & 1) for place, count in enumerate(changed)]
        assert min(changed) > 12
        assert max(changed) < 52


def test_small_states_that_differ_anywhere_have_fingerprints_that_differ() -> None:
    """Structure is no reason for a collision: all pairs of words with one or two bits."""
    hashed: Any = bind([hash_of], {**TUNING.constants(Shape(2, 1, fingerprints=True))}, {})["hash_of"]
    state = (ctypes.c_uint64 * 2)()
    values = [0, *(1 << bit for bit in range(64)), *(3 << bit for bit in range(63))]
    seen: set[int] = set()
    for state[0], state[1] in product(values, values):
        seen.add(hashed(ctypes.addressof(state)))
    assert len(seen) == len(values) ** 2


def test_an_omission_is_told_as_it_is_computed() -> None:
    """Squared, over 2**65, rounded up."""
    assert omission(10**8) == 10**16 / 2**65
    assert probability_text(omission(10**8)) == "3e-4"
    assert probability_text(omission(10**9)) == "3e-2"
    assert probability_text(1e-3) == "1e-3"
    assert probability_text(9.5e-7) == "1e-6"
    assert probability_text(1.01e-5) == "2e-5"


def test_a_folder_in_memory_is_no_place_for_what_does_not_fit_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nearest mount decides."""
    mounts = tmp_path / "mounts"
    (tmp_path / "inside").mkdir()
    lines = ["disk / ext4 rw 0 0", f"tmp {tmp_path} tmpfs rw 0 0", f"data {tmp_path}/inside ext4 rw 0 0"]
    mounts.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(folders, "MOUNTS", mounts)
    assert is_in_memory(tmp_path)
    assert not is_in_memory(tmp_path / "inside")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(folders, "DISKS", (tmp_path / "none", tmp_path / "inside"))
    assert disk_folder() == tmp_path / "inside"
    monkeypatch.setattr(folders, "DISKS", ())
    assert disk_folder() is None


def test_sizes_are_told_in_their_units() -> None:
    """With a digit behind the point where there is one before it."""
    assert [bytes_text(size) for size in (17, 4096, 5 << 20, 12 << 20, 3_800_000_000)] == [
        *("17 bytes", "4.0 KiB", "5.0 MiB", "12 MiB", "3.5 GiB")
    ]


def test_pairs_of_abstract_states_are_of_the_memory_that_may_be_used() -> None:
    """What refinement keeps beside the states is counted, and a run that it does not fit ends inconclusively."""
    asked: dict[str, Any] = {"RM": 4, "refines": TwoPhase, "engine": "native", "disk": None}
    given = 1_500_000
    assert check(TwoPhase, RM=4, memory=given).verdict is Verdict.HOLDS
    assert check(TwoPhase, memory=2 * given, **asked).verdict is Verdict.HOLDS
    limited = [check(TwoPhase, memory=given, workers=workers, **asked) for workers in (1, 2)]
    assert [one.verdict for one in limited] == [Verdict.INCONCLUSIVE] * 2

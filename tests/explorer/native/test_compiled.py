"""The search and the spec as two libraries: the one is shared, the other is replaced while it runs."""

from __future__ import annotations

from pathlib import Path

import packed_two_phase
import pytest

from indoubt.explorer.backends.native import llvm
from indoubt.explorer.backends.native.lowering import lower
from indoubt.explorer.search import compiled
from indoubt.explorer.search.block import Shape, Tuning
from indoubt.explorer.search.compiled import CompiledSearch
from indoubt.explorer.search.native import NativeSearch, Question

SHAPE = Shape(1, len(packed_two_phase.ACTIONS))
COUNTS = {5: (8_832, 58_146), 7: (296_448, 2_744_706)}
"""Distinct and generated, for each number of resource managers."""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("INDOUBT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def made(managers: int, workers: int = 1) -> CompiledSearch:
    """The search of Two-Phase Commit."""
    text = lower([packed_two_phase.expand, packed_two_phase.check], {"N": managers, "W": 1})
    return CompiledSearch([text], Tuning().constants(SHAPE, workers))


def counted(code: CompiledSearch, workers: int = 1) -> tuple[int, int]:
    """How many states a search has found and made."""
    search = NativeSearch(code, SHAPE, Question(properties=7, invariants=1), workers=workers, memory_bytes=1 << 30)
    with code.improving():
        outcome = search.run([0])
    return outcome.counts.distinct, outcome.counts.generated


def test_the_kernels_are_compiled_once_for_many_specs(cache: Path) -> None:
    """Of the second spec nothing but itself is compiled."""
    assert [counted(made(managers)) for managers in (5, 7)] == list(COUNTS.values())
    assert len(list(cache.iterdir())) == 3


@pytest.mark.parametrize("workers", [1, 2])
def test_the_spec_is_replaced_while_a_search_runs(cache: Path, monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    """Wherever it is: the counts are the same, and the next search begins with the better code."""
    monkeypatch.setattr(compiled, "QUICK_FOR_S", 0.0)
    assert counted(made(7, workers), workers) == COUNTS[7]
    assert len(list(cache.iterdir())) == 3
    monkeypatch.setattr(llvm, "_compiled", None)  # whoever compiles now fails
    assert counted(made(7, workers), workers) == COUNTS[7]


def test_a_short_search_is_not_compiled_twice(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Better code costs more than it saves."""
    monkeypatch.setattr(compiled, "QUICK_FOR_S", 3600.0)
    assert [counted(made(5)), counted(made(5))] == [COUNTS[5]] * 2
    assert len(list(cache.iterdir())) == 2

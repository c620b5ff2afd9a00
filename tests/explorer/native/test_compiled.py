"""The search and the spec as two libraries: the one is shared, and both are replaced while they run."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import packed_two_phase
import pytest

from indoubt import check, simulate
from indoubt.explorer.backends.native import llvm
from indoubt.explorer.backends.native.lowering import lower
from indoubt.explorer.search import tiers
from indoubt.explorer.search.block import Shape, Tuning
from indoubt.explorer.search.compiled import CompiledSearch
from indoubt.explorer.search.native import NativeSearch, Question
from indoubt.explorer.search.native_simulation import Worker
from indoubt.explorer.search.result import Counts
from indoubt.explorer.search.workspace import Workspace
from indoubt.specs.commit.tcommit import TCommit
from indoubt.specs.commit.two_phase import TwoPhase

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
    with code.improving(search.renew):
        outcome = search.run([0])
    return outcome.counts.distinct, outcome.counts.generated


def test_the_kernels_are_compiled_once_for_many_specs(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the second spec nothing but itself is compiled, and a short search has nothing compiled twice."""
    monkeypatch.setattr(tiers, "QUICK_FOR", 1e6)
    assert [counted(made(managers)) for managers in (5, 7, 5)] == [COUNTS[5], COUNTS[7], COUNTS[5]]
    assert len(list(cache.iterdir())) == 3


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("share", [1e-6, 0.0])
def test_code_is_replaced_while_a_search_runs(
    cache: Path, monkeypatch: pytest.MonkeyPatch, share: float, workers: int
) -> None:
    """Wherever it is, or at once: the counts are the same, and the next search begins with the better code."""
    monkeypatch.setattr(tiers, "QUICK_FOR", share)
    assert counted(made(7, workers), workers) == COUNTS[7]
    assert len(list(cache.iterdir())) == 4
    monkeypatch.setattr(llvm, "_compiled", None)  # whoever compiles now fails
    assert counted(made(7, workers), workers) == COUNTS[7]


@pytest.mark.usefixtures("cache")
def test_what_is_in_use_never_calls_what_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker may be in the middle of it: new code knows all that it calls before anybody is told of it."""
    use, take, in_use = llvm.Library.use, CompiledSearch._take, set[llvm.Library]()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    told: list[bool] = []

    def checked_use(library: llvm.Library, other: llvm.Library) -> None:
        if library in in_use:
            told.append(all(ctypes.c_uint64.from_address(place).value for place in other._places.values()))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        use(library, other)

    def noted_take(code: CompiledSearch, libraries: Sequence[llvm.Library]) -> None:
        in_use.update(libraries)
        take(code, libraries)

    monkeypatch.setattr(llvm.Library, "use", checked_use)
    monkeypatch.setattr(CompiledSearch, "_take", noted_take)
    code = made(5)
    code.improve()
    assert len(in_use) == 4
    assert len(told) >= 2
    assert all(told)


def test_a_search_up_to_symmetry_is_replaced_as_one(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """It begins with kernels and spec apart, and goes on with both in one library; so do walks."""
    monkeypatch.setattr(tiers, "QUICK_FOR", 1e6)
    found = [check(TwoPhase, RM=5, symmetry=True)]
    assert len(list(cache.iterdir())) == 2
    monkeypatch.setattr(tiers, "QUICK_FOR", 1e-6)
    found.append(check(TwoPhase, RM=5, symmetry=True))
    walks = [simulate(TwoPhase, RM=5, runs=2000, seed=1)]
    assert len(list(cache.iterdir())) == 5
    monkeypatch.setattr(llvm, "_compiled", None)
    found.append(check(TwoPhase, RM=5, symmetry=True))
    walks.append(simulate(TwoPhase, RM=5, runs=2000, seed=1))
    assert {one.counts for one in found} == {Counts(1, found[0].counts.generated, 314, 17)}
    assert walks[0].steps == walks[1].steps


@pytest.mark.usefixtures("cache")
def test_a_check_gives_back_its_memory_and_its_code_at_once() -> None:
    """Not when Python next looks for objects that know each other: it does not know how much memory they have."""

    def there() -> int:
        return sum(isinstance(one, Workspace | Worker | llvm.Library) for one in gc.get_objects())

    asked: tuple[dict[str, Any], ...] = ({}, {"symmetry": True}, {"workers": 2}, {"refines": TCommit, "properties": []})
    gc.collect()
    before = there()
    gc.disable()
    try:
        for more in asked:
            assert check(TwoPhase, RM=2, progress=lambda _: None, **more).counts.distinct > 0
        simulate(TwoPhase, RM=2, runs=5, seed=1)
        assert there() == before
    finally:
        gc.enable()

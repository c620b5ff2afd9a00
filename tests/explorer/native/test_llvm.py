"""Linking and the cache on disk, which may be missing, damaged or unwritable and never matters."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import pytest

from indoubt.explorer.backends.native import cache as cache_on_disk, llvm

CALLER = "declare i64 @callee(i64)\ndefine i64 @caller(i64 %x) {\n  %y = call i64 @callee(i64 %x)\n  ret i64 %y\n}\n"


def callee(more: int) -> str:
    """A function that adds a number."""
    return f"define i64 @callee(i64 %x) {{\n  %y = add i64 %x, {more}\n  ret i64 %y\n}}\n"


def result(more: int) -> int:
    """What the linked code says to 1."""
    library = llvm.link([CALLER, callee(more)], ["caller"])
    return int(library.function("caller", ctypes.c_uint64)(1))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("INDOUBT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_texts_call_each_other(cache: Path) -> None:
    """Each text is a module of its own; together they are one library."""
    assert result(41) == 42


def test_compiled_code_is_kept_by_content(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same texts are compiled once, other texts are not taken for them."""
    assert (result(1), result(2)) == (2, 3)
    assert len(list(cache.iterdir())) == 2
    monkeypatch.setattr(llvm, "_compiled", None)  # whoever compiles now fails
    assert (result(1), result(2)) == (2, 3)


@pytest.mark.parametrize("damage", ["truncated", "changed", "empty", "a folder"])
def test_a_damaged_object_is_compiled_again(cache: Path, damage: str) -> None:
    """Half-written or changed files are noticed, and replaced where that is possible."""
    assert result(5) == 6
    (path,) = cache.iterdir()
    content = path.read_bytes()
    path.unlink()
    match damage:
        case "truncated":
            path.write_bytes(content[: len(content) // 2])
        case "changed":
            path.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
        case "empty":
            path.write_bytes(b"")
        case _:
            path.mkdir()
    assert result(5) == 6
    if damage != "a folder":
        assert path.read_bytes() == content


def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file stands in the place of the folder, nothing is kept."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("INDOUBT_CACHE", str(tmp_path / "file"))
    assert (result(7), result(7)) == (8, 8)


def test_the_cache_lies_where_the_platform_keeps_such_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """$INDOUBT_CACHE, then $XDG_CACHE_HOME, then ~/.cache."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.delenv("INDOUBT_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache_on_disk.folder() == Path("/home/somebody/.cache/indoubt")
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert cache_on_disk.folder() == Path("/cache/indoubt")
    monkeypatch.setenv("INDOUBT_CACHE", "/own")
    assert cache_on_disk.folder() == Path("/own")


def test_what_was_not_used_for_longest_goes_first(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache keeps to its size; what was read lately is kept."""
    assert [result(more) for more in (1, 2, 3)] == [2, 3, 4]
    first, second, third = sorted(cache.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    os.utime(second, (1, 1))
    os.utime(first, (2, 2))
    os.utime(third, (3, 3))
    monkeypatch.setattr(cache_on_disk, "LARGEST", sum(one.stat().st_size for one in (first, second, third)))
    assert result(4) == 5
    assert not second.exists()
    assert first.exists()
    monkeypatch.setattr(llvm, "_compiled", None)  # whoever compiles now fails
    assert result(1) == 2


@pytest.mark.parametrize(
    ("texts", "entries", "problem"),
    [
        (["define i64 @f() {\n  ret i32 0\n}\n"], ["f"], "value doesn't match function"),
        ([CALLER], ["caller"], "no text defines callee"),
        ([CALLER, callee(1)], ["caller", "other"], "no text defines other"),
        ([CALLER, callee(1), callee(2)], ["caller"], "symbol multiply defined"),
    ],
)
def test_what_does_not_fit_is_refused(cache: Path, texts: list[str], entries: list[str], problem: str) -> None:
    """Instead of ending the process, as the loader of LLVM would."""
    with pytest.raises(llvm.LinkError, match=problem):
        llvm.link(texts, entries)

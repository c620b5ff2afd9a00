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


def test_code_may_call_what_the_c_library_has(cache: Path) -> None:
    """Where it has no data of its own, too: the loader needs room for the address."""
    declared = "declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)\n"
    called = "call void @llvm.memset.p0.i64(ptr %place, i8 65, i64 %size, i1 false)"
    text = f"{declared}define void @fill(ptr %place, i64 %size) {{\n  {called}\n  ret void\n}}\n"
    memory = (ctypes.c_char * 8)()
    library = llvm.link([text], ["fill"])
    library.function("fill", ctypes.c_uint64, ctypes.c_uint64, result=None)(ctypes.addressof(memory), 5)
    assert bytes(memory) == b"AAAAA\0\0\0"


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


CALLERS = "define i64 @again(i64 %x) {\n  %y = call i64 @caller(i64 %x)\n  ret i64 %y\n}\ndeclare i64 @caller(i64)\n"
"""A function that calls one of another library, which calls back."""


def test_libraries_call_each_other_and_let_themselves_be_replaced(cache: Path) -> None:
    """What is late is given when all are loaded, and anew at any time."""
    first = llvm.link([CALLER], ["caller"], late=["callee", "nobody"])
    seconds = [llvm.link([CALLERS, callee(more)], ["again", "callee"], late=["caller"]) for more in (1, 10)]
    for second in seconds:
        second.use(first)
    again = [second.function("again", ctypes.c_uint64) for second in seconds]
    first.use(seconds[0])
    assert [one(5) for one in again] == [6, 6]
    first.use(seconds[1])
    assert [one(5) for one in again] == [15, 15]


def test_late_functions_may_take_and_return_anything(cache: Path) -> None:
    """No operands, several, no result, truth values."""
    calls = (
        "declare void @none()\ndeclare i1 @both(i1, ptr, i64)\n@word = internal global i64 3\n"
        "define i64 @call(i64 %x) {\n  call void @none()\n  %y = call i1 @both(i1 true, ptr @word, i64 %x)\n"
        "  %z = zext i1 %y to i64\n  ret i64 %z\n}\n"
    )
    called = (
        "define void @none() {\n  ret void\n}\ndefine i1 @both(i1 %a, ptr %b, i64 %c) {\n  %v = load i64, ptr %b\n"
        "  %e = icmp eq i64 %v, %c\n  %r = and i1 %a, %e\n  ret i1 %r\n}\n"
    )
    library, other = llvm.link([calls], ["call"], late=["none", "both"]), llvm.link([called], ["none", "both"])
    library.use(other)
    call = library.function("call", ctypes.c_uint64)
    assert (call(3), call(4)) == (1, 0)


def test_code_that_calls_the_library_of_c_and_has_tables_is_loaded(cache: Path) -> None:
    """Code is small, so that calls and tables have to be within reach, however far away the library of C is."""
    text = (
        "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)\n"
        "@table = private unnamed_addr constant [4 x i64] [i64 11, i64 12, i64 13, i64 14]\n"
        "define i64 @copied(i64 %size) {\n  %to = alloca [4 x i64]\n  store [4 x i64] zeroinitializer, ptr %to\n"
        "  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr @table, i64 %size, i1 false)\n"
        "  %last = getelementptr i64, ptr %to, i64 3\n  %v = load i64, ptr %last\n  ret i64 %v\n}\n"
    )
    library = llvm.link([text], ["copied"])
    copied = library.function("copied", ctypes.c_uint64)
    assert (copied(24), copied(32)) == (0, 14)


def test_code_made_quickly_does_the_same_and_is_not_taken_for_better_code(cache: Path) -> None:
    """They are kept apart; what was not compiled yet is not there."""
    texts, entries = [CALLER, callee(3)], ["caller"]
    quick = llvm.link(texts, entries, is_quick=True)
    assert llvm.kept(texts, entries) is None
    both = [quick, llvm.link(texts, entries)]
    assert [one.function("caller", ctypes.c_uint64)(4) for one in both] == [7, 7]
    assert llvm.kept(texts, entries) is not None
    assert llvm.kept(texts, entries, late=["other"]) is None
    assert llvm.kept([CALLER, callee(4)], entries) is None
    assert len(list(cache.iterdir())) == 2

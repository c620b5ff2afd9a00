"""Guards of a step in plain Python, and the exception of one that does not hold: it says which guard, and where.

What a guard says is read off the author's file when somebody asks, since an explorer that runs a spec as plain Python
meets far more guards that do not hold than it tells of.
"""

from __future__ import annotations

import linecache
import os
import sys
from types import CodeType
from typing import TypeVar

R = TypeVar("R")


class NotEnabled(Exception):
    """A guard does not hold in this state, so the step is not taken; the message names the guard and its place."""

    __module__ = "indoubt.specs.language"  # where authors import it from, and so the name that Python shows

    def __init__(self, reason: str = "", code: CodeType | None = None, at: int = 0) -> None:
        """`code` is what has called the guard, at the byte `at`; `reason` what to say beside it, or in its place."""
        super().__init__(reason)
        self.reason = reason
        self._code, self._at = code, at

    def __str__(self) -> str:
        if self._code is None:
            return self.reason
        said = f"`{self.guard}`" if self.guard else "a guard"
        where = f"{_short(self._code.co_filename)}:{self.line}, in `{self._code.co_name}`"
        return f"{said} does not hold here ({where})" + (f": {self.reason}" if self.reason else "")

    @property
    def guard(self) -> str:
        """The guard as it is written, in one line; empty where there is no source."""
        if self._code is None:
            return ""
        line, end, column, last = self._span()
        lines = [linecache.getline(self._code.co_filename, number) for number in range(line, end + 1)]
        if column is None or last is None:  # Python was told to keep no columns: the whole line
            return " ".join("".join(lines).split())
        encoded = [one.encode() for one in lines]  # columns count bytes
        encoded[-1] = encoded[-1][:last]
        encoded[0] = encoded[0][column:]
        return " ".join(b"".join(encoded).decode(errors="replace").split())

    @property
    def line(self) -> int:
        """The line of the guard in its file; 0 where no author has written it."""
        return self._span()[0]

    def _span(self) -> tuple[int, int, int | None, int | None]:
        """The first and the last line of the guard, and the columns where it begins and ends."""
        if self._code is None:
            return 0, 0, None, None
        line, end, column, last = list(self._code.co_positions())[self._at // 2]
        line = line or self._code.co_firstlineno
        return line, end or line, column, last


def expect(value: object, kind: type[R], /) -> R:
    """`value`, which has to be a `kind`: a message of that class, say. Raises NotEnabled where it is another."""
    __tracebackhide__ = True
    if not isinstance(value, kind):
        frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # documented, like `inspect`'s
        raise NotEnabled(f"{value!r} is no {kind.__name__}", frame.f_code, frame.f_lasti)
    return value


def require(condition: object, /) -> None:
    """Guard of an action. Raises NotEnabled unless `condition` is true."""
    __tracebackhide__ = True
    if not condition:
        frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # documented, like `inspect`'s
        raise NotEnabled("", frame.f_code, frame.f_lasti)


def enabled_if(condition: object, reason: str, *about: object) -> None:
    """Guard of a step that no author has written. Raises NotEnabled with `reason`, where `about` fills the braces."""
    __tracebackhide__ = True
    if not condition:
        raise NotEnabled(reason.format(*about))


def _short(file: str) -> str:
    """The name of a file as it is seen from the current folder."""
    relative = os.path.relpath(file)
    return file if relative.startswith("..") or file.startswith("<") else relative

"""Code in two tiers: compiled at once for a search that may be over soon, and again with care for one that is not.

Quick code is there in a fifth of the time, and takes up to twice as long to run. So a search begins with it, has better
code compiled beside it when it has run for a part of the time that this takes, and goes on with that. What was compiled
with care is kept on disk, and the next search begins with it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from indoubt.explorer.backends.native import llvm

LINES_A_S = 12_000
"""How many lines of LLVM are compiled with care in a second, or some more."""
QUICK_FOR = 0.5
"""How long quick code runs at least, as a part of the time that better code takes to compile: later runs gain too."""


class Part(NamedTuple):
    """What is compiled into one library: texts, the functions that others call, and those that other libraries have."""

    texts: tuple[str, ...]
    entries: tuple[str, ...]
    late: tuple[str, ...] = ()

    @property
    def lines(self) -> int:
        """How much there is to compile."""
        return sum(text.count("\n") for text in self.texts)


class Tiers:
    """Some libraries that call one another, better ones in the place of the first ones when they are there.

    All stay loaded, since a worker may be in the middle of one that was replaced.
    """

    def __init__(
        self, quick: Sequence[Part], careful: Sequence[Part], take: Callable[[Sequence[llvm.Library]], None]
    ) -> None:
        """`take` is given the libraries to call, in the order of their parts, at once and when there are better ones.

        The parts of the two tiers may be the same.
        """
        # LLVM takes 50 ms to load, and who runs the reference interpreter has no use for it.
        from indoubt.explorer.backends.native import llvm  # noqa: PLC0415

        self._llvm = llvm
        self._parts, self._careful_parts, self._take = quick, careful, take
        kept = {part: llvm.kept(part.texts, part.entries, late=part.late) for part in careful}
        self._careful = {part: library for part, library in kept.items() if library is not None}
        self._quick: dict[Part, llvm.Library] = {}
        self._used: Sequence[llvm.Library] = ()
        self._begin()

    @contextmanager
    def improving(self, renew: Callable[[], None]) -> Generator[None]:
        """Replace quick code where what is done within takes long; `renew` has it call the functions anew."""
        wait_s = QUICK_FOR * sum(part.lines for part in self._lacking) / LINES_A_S
        if not wait_s:
            self.improve(renew)
            yield
            return
        timer = threading.Timer(wait_s, self.improve, [renew])
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def improve(self, renew: Callable[[], None]) -> None:
        """Compile with care what is not, one part after the other."""
        for part in self._lacking:
            self._careful[part] = self._llvm.link(part.texts, part.entries, late=part.late)
            self._begin()
            renew()

    @property
    def _lacking(self) -> list[Part]:
        return [part for part in self._careful_parts if part not in self._careful]

    def _begin(self) -> None:
        libraries = [self._best(part) for part in (self._parts if self._lacking else self._careful_parts)]
        # A worker may be in the middle of those that were in use: what they call next has to know all that it calls.
        for library in sorted(libraries, key=lambda one: one in self._used):
            for other in libraries:
                if other is not library:
                    library.use(other)
        self._used = libraries
        self._take(libraries)

    def _best(self, part: Part) -> llvm.Library:
        if part in self._careful:
            return self._careful[part]
        if part not in self._quick:
            self._quick[part] = self._llvm.link(part.texts, part.entries, late=part.late, is_quick=True)
        return self._quick[part]

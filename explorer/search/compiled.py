"""The kernels of the search as machine code, linked with a compiled spec."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from indoubt.explorer.backends.native.lowering import lower
from indoubt.explorer.search.kernels.breadth_first import find_stuck, meet, search
from indoubt.explorer.search.kernels.emission import emit
from indoubt.explorer.search.kernels.notes import broke
from indoubt.explorer.search.kernels.table import move

KERNELS = (meet, search, find_stuck, move, emit, broke)
"""Those that Python calls, and those that a compiled spec calls."""
ENTRIES = ("meet", "search", "find_stuck", "move")


class CompiledSearch:
    """The kernels that Python calls, as functions."""

    def __init__(self, texts: Sequence[str], constants: Mapping[str, int]) -> None:
        """Compile the kernels with the texts of a spec, which define `expand`, `check` and perhaps `check_step`."""
        # LLVM takes 50 ms to load, and who runs the reference interpreter has no use for it.
        from indoubt.explorer.backends.native import llvm  # noqa: PLC0415

        self._library = llvm.link([lower(KERNELS, constants), *texts], ENTRIES)
        self.meet = self._function("meet", 2)
        self.search = self._function("search", 1)
        self.find_stuck = self._function("find_stuck", 1)
        self.move = self._function("move", 4)

    def _function(self, name: str, parameters: int) -> Callable[..., int]:
        """Addresses and words are the same to ctypes, and `move` returns nothing that is looked at."""
        made: Any = self._library.function(name, *[ctypes.c_uint64] * parameters)
        return made  # type: ignore[no-any-return]

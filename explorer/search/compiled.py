"""The kernels of the search as machine code, and a compiled spec that they call.

The kernels depend on few constants and are compiled once for many specs. A spec is compiled quickly; a search that
takes long has it compiled again, with care, and goes on with that: both do the same.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from indoubt.explorer.backends.native.dialect import Kernel
from indoubt.explorer.backends.native.kernel_values import signature_of
from indoubt.explorer.backends.native.lowering import lower, lowered
from indoubt.explorer.search.kernels.breadth_first import find_stuck, meet, search
from indoubt.explorer.search.kernels.emission import emit, emit_step
from indoubt.explorer.search.kernels.notes import broke
from indoubt.explorer.search.kernels.pairs import place_pairs
from indoubt.explorer.search.kernels.renumbering import renumber
from indoubt.explorer.search.kernels.table import lengthen, put_again, rebuild

if TYPE_CHECKING:
    from indoubt.explorer.backends.native import llvm

KERNELS = (meet, search, find_stuck, lengthen, put_again, rebuild, renumber, emit, emit_step, broke)
"""Those that Python calls, and those that a compiled spec calls."""
ENTRIES = ("meet", "search", "find_stuck", "lengthen", "put_again", "rebuild", "renumber")
CALLED = ("emit", "emit_step", "broke")
"""Those that a compiled spec calls."""
QUICK_FOR_S = 0.5
"""Seconds of a search after which better code is worth its time."""


class CompiledSearch:
    """The kernels that Python calls, as functions."""

    def __init__(self, texts: Sequence[str], constants: Mapping[str, int]) -> None:
        """Compile the kernels with the texts of a spec, which define `expand` and `check`."""
        # LLVM takes 50 ms to load, and who runs the reference interpreter has no use for it.
        from indoubt.explorer.backends.native import llvm  # noqa: PLC0415

        runs = kernels_of_runs() if constants["HAS_RUNS"] else ()
        pairs = (place_pairs,) if constants["HAS_PAIRS"] else ()
        text, needed = lowered([*KERNELS, *runs, *pairs], constants)
        entries = (*ENTRIES, *(one.name for one in (*runs, *pairs)))
        self._make: Callable[[], llvm.Library] | None = None
        if constants["SYMMETRIC"]:  # for each successor the spec is called several times, which inlining speeds up
            self._library = llvm.link([text, *texts], entries)
        else:
            self._library = llvm.link([text], [*entries, *CALLED], late=needed)
            spec = llvm.kept(texts, needed, late=CALLED)
            if spec is None:
                self._make = lambda: llvm.link(texts, needed, late=CALLED)
                spec = llvm.link(texts, needed, late=CALLED, is_quick=True)
            self._specs = [spec]
            spec.use(self._library)
            self._library.use(spec)
        self.meet = self._function("meet", 2)
        self.search = self._function("search", 1)
        self.find_stuck = self._function("find_stuck", 1)
        self.lengthen = self._function("lengthen", 4)
        self.put_again = self._function("put_again", 3)
        self.rebuild = self._function("rebuild", 3)
        self.renumber = self._function("renumber", 4)
        self.runs = {one.name: _function(self._library, one) for one in runs}
        """Those that judge whole runs and call the spec, by name; none where runs are not judged."""
        self.place_pairs = _function(self._library, place_pairs) if pairs else None

    @contextmanager
    def improving(self) -> Generator[None]:
        """Replace code that was compiled quickly, where what is done within takes long."""
        timer = threading.Timer(QUICK_FOR_S, self._improve)
        if self._make is not None:
            timer.start()
        try:
            yield
        finally:
            timer.cancel()
            if self._make is not None:
                timer.join()

    def _improve(self) -> None:
        """Go on with better code. That from before stays, since a worker may be in the middle of it."""
        assert self._make is not None
        spec = self._make()
        self._specs.append(spec)
        spec.use(self._library)
        self._library.use(spec)

    def _function(self, name: str, parameters: int) -> Callable[..., int]:
        """Addresses and words are the same to ctypes, and `move` returns nothing that is looked at."""
        made: Any = self._library.function(name, *[ctypes.c_uint64] * parameters)
        return made  # type: ignore[no-any-return]


def kernels_of_runs() -> tuple[Kernel[..., Any], ...]:
    """The kernels that judge whole runs and call the spec."""
    from indoubt.explorer.search.kernels import edges, ways  # noqa: PLC0415 - most runs need none of them

    return edges.index_nodes, edges.link_nodes, ways.judge_nodes


def kernels_of_graphs() -> tuple[Kernel[..., Any], ...]:
    """Those that look at the graph alone."""
    from indoubt.explorer.search.kernels import components, edges, ways  # noqa: PLC0415 - as above

    return (
        *(edges.number_promises, components.find_components, components.meet_condition, components.drop_unmet),
        *(ways.begin_ways, ways.next_way, ways.find_step, ways.forget_steps),
    )


class CompiledRuns:
    """The kernels that judge whole runs; they keep the code alive that they are part of."""

    def __init__(self, search: CompiledSearch) -> None:
        """Compile those that are the same for all specs, unless that was done before on this machine."""
        from indoubt.explorer.backends.native import llvm  # noqa: PLC0415

        self._search = search
        kernels = kernels_of_graphs()
        # No state is looked at, so that its words do not matter.
        text = lower(kernels, {"W": 1, "SHARED": 0})
        self._library = llvm.link([text], [one.name for one in kernels])
        self.kernels = search.runs | {one.name: _function(self._library, one) for one in kernels}
        """By name."""


def _function(library: llvm.Library, one: Kernel[..., Any]) -> Callable[..., int]:
    """A kernel as a function: addresses and words are the same to ctypes."""
    made: Any = library.function(one.name, *[ctypes.c_uint64] * len(signature_of(one).parameters))
    return made  # type: ignore[no-any-return]

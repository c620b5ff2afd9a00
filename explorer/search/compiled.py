"""The kernels of the search as machine code, and a compiled spec that they call.

The kernels depend on few constants and are compiled once for many specs. Both are compiled quickly; a search that takes
long has them compiled again, with care, and goes on with that (`tiers.py`): both do the same.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
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
from indoubt.explorer.search.tiers import Part, Tiers
from indoubt.explorer.search.weak import weakly

if TYPE_CHECKING:
    from indoubt.explorer.backends.native import llvm

KERNELS = (meet, search, find_stuck, lengthen, put_again, rebuild, renumber, emit, emit_step, broke)
"""Those that Python calls, and those that a compiled spec calls."""
ENTRIES = ("meet", "search", "find_stuck", "lengthen", "put_again", "rebuild", "renumber")
CALLED = ("emit", "emit_step", "broke")
"""Those that a compiled spec calls."""


class CompiledSearch:
    """The kernels that Python calls, as functions."""

    def __init__(self, texts: Sequence[str], constants: Mapping[str, int]) -> None:
        """Compile the kernels with the texts of a spec, which define `expand` and `check`."""
        self._of_runs = kernels_of_runs() if constants["HAS_RUNS"] else ()
        self._of_pairs = (place_pairs,) if constants["HAS_PAIRS"] else ()
        text, needed = lowered([*KERNELS, *self._of_runs, *self._of_pairs], constants)
        entries = (*ENTRIES, *(one.name for one in (*self._of_runs, *self._of_pairs)))
        apart = (Part((text,), (*entries, *CALLED), needed), Part(tuple(texts), needed, CALLED))
        together = (Part((text, *texts), entries),)
        # Up to symmetry a spec is called several times for each successor, which inlining speeds up.
        self._tiers = Tiers(apart, together if constants["SYMMETRIC"] else apart, weakly(self._take))

    def improving(self, renew: Callable[[], None]) -> AbstractContextManager[None]:
        """Replace code that was compiled quickly, where what is done within takes long; `renew` has it called anew."""
        return self._tiers.improving(renew)

    def improve(self) -> None:
        """Have what was compiled quickly compiled with care, before anything is done."""
        self._tiers.improve(lambda: None)

    def _take(self, libraries: Sequence[llvm.Library]) -> None:
        """Call the kernels there from now on. Addresses and words are the same to ctypes, and void is not looked at."""
        kernels = libraries[0]

        def function(name: str, parameters: int) -> Callable[..., int]:
            made: Any = kernels.function(name, *[ctypes.c_uint64] * parameters)
            return made  # type: ignore[no-any-return]

        self.meet = function("meet", 2)
        self.search = function("search", 1)
        self.find_stuck = function("find_stuck", 1)
        self.lengthen = function("lengthen", 4)
        self.put_again = function("put_again", 3)
        self.rebuild = function("rebuild", 3)
        self.renumber = function("renumber", 4)
        self.runs = {one.name: _function(kernels, one) for one in self._of_runs}
        """Those that judge whole runs and call the spec, by name; none where runs are not judged."""
        self.place_pairs = _function(kernels, place_pairs) if self._of_pairs else None


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

"""The cells of a frontier: what is known of each property in each, and from where."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from indoubt.explorer.search.result import Verdict
from indoubt.faults.asking import Asking, Claim, Decided
from indoubt.faults.order import Cell, Order
from indoubt.runs.result import PropertyResult
from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Axis:
    """A budget and the values that are tried, in rising order."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Values of a budget that were not asked for by name, and that no run can have."""

    name: str
    values: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of a property in a cell.

    `because` is the cell from which it follows, None where the cell itself was run; `found` has the trace then.
    """

    verdict: Verdict
    because: Cell | None = None
    found: PropertyResult | None = None
    reason: str = ""

    @property
    def is_inferred(self) -> bool:
        """Whether another cell has decided it."""
        return self.because is not None


@dataclass(frozen=True, slots=True)
class Frontier:
    """The answer: what is known of every property in every cell, and how.

    `runs` has what was run; `impossible` the cells in which there is no run, with the reason; `not_shown` says, of each
    property, by which budgets nothing follows and why; `left_out` has what would have been tried by default.
    """

    asking: Asking
    axes: tuple[Axis, ...]
    claims: tuple[Claim, ...]
    findings: Mapping[tuple[str, Cell], Finding]
    runs: Mapping[Cell, Decided]
    impossible: Mapping[Cell, str]
    not_shown: Mapping[str, Mapping[str, str]]
    is_interrupted: bool = False
    elapsed_s: float = 0.0
    """What everything took: the searches, and what comes before and between them."""
    left_out: tuple[LeftOut, ...] = ()

    @property
    def cells(self) -> list[Cell]:
        """Every cell in which there is a run, the smallest first."""
        return [cell for cell in itertools.product(*(axis.values for axis in self.axes)) if cell not in self.impossible]

    def values(self, cell: Cell) -> dict[str, int]:
        """The budgets of a cell by name."""
        return {axis.name: value for axis, value in zip(self.axes, cell, strict=True)}

    def breaks_with(self, name: str) -> list[Cell]:
        """The smallest cells in which a property is known to be violated."""
        order = self._order
        broken = order.bits(self._with(name, Verdict.VIOLATED))
        return [cell for cell in order.cells(broken) if not order.below[cell] & broken]

    def survives(self, name: str) -> list[Cell]:
        """The largest cells in which a property is known to hold."""
        order = self._order
        held = order.bits(self._with(name, Verdict.HOLDS))
        return [cell for cell in order.cells(held) if not order.above[cell] & held]

    def holds_everywhere(self, name: str) -> bool:
        """Whether a property is known to hold in every cell in which there is a run."""
        return not self.breaks_with(name) and not self.open(name)

    def breaks_with_so_far(self, name: str) -> list[Cell]:
        """Those of the cells that break a property below which one is open, which may break it as well."""
        order = self._order
        is_open = order.bits(self.open(name))
        return [cell for cell in self.breaks_with(name) if order.below[cell] & is_open]

    def survives_so_far(self, name: str) -> list[Cell]:
        """Those of the cells that a property survives above which one is open, which it may survive as well."""
        order = self._order
        is_open = order.bits(self.open(name))
        return [cell for cell in self.survives(name) if order.above[cell] & is_open]

    def misses_up_to(self, name: str) -> list[Cell]:
        """The largest cells in which what is to be reached is known not to be."""
        order = self._order
        missed = order.bits(self._with(name, Verdict.VIOLATED))
        return [cell for cell in order.cells(missed) if not order.above[cell] & missed]

    def reached_from(self, name: str) -> list[Cell]:
        """The smallest cells in which what is to be reached is known to be."""
        order = self._order
        reached = order.bits(self._with(name, Verdict.HOLDS))
        return [cell for cell in order.cells(reached) if not order.below[cell] & reached]

    def open(self, name: str) -> list[Cell]:
        """The cells in which nothing is known of a property."""
        return [cell for cell in self.cells if self.verdict(name, cell) is Verdict.INCONCLUSIVE]

    def verdict(self, name: str, cell: Cell) -> Verdict:
        """What is known of a property in a cell."""
        found = self.findings.get((name, cell))
        return Verdict.INCONCLUSIVE if found is None else found.verdict

    @property
    def _order(self) -> Order:
        return Order(self.cells, range(len(self.axes)))

    def _with(self, name: str, verdict: Verdict) -> list[Cell]:
        return [cell for cell in self.cells if self.verdict(name, cell) is verdict]

    @property
    def exit_status(self) -> int:
        """1 where a property breaks in some cell, else 3 where one is open, else 0; 5 without a property."""
        if not self.claims:
            return 5
        verdicts = {self.verdict(one.name, cell) for one in self.claims for cell in self.cells}
        worst = (one for one in (Verdict.VIOLATED, Verdict.INCONCLUSIVE) if one in verdicts)
        return next(worst, Verdict.HOLDS).exit_status

    def __repr__(self) -> str:
        axes = ", ".join(f"{axis.name} {axis.values[0]}..{axis.values[-1]}" for axis in self.axes)
        return f"<Frontier of {self.asking.spec.__name__}: {axes}; {len(self.runs)} of {len(self.cells)} cells run>"

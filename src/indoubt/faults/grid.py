"""Filling a grid of budgets: which cells are run, and what follows of the others."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.budget_licence import Growth, growth
from indoubt.explorer.search.answers import DEADLOCK, named_properties
from indoubt.explorer.search.result import Verdict
from indoubt.faults.asking import Answer, Asking, Claim, Decided
from indoubt.faults.cells import Axis, Finding, Frontier
from indoubt.faults.order import Cell, Order
from indoubt.finding.specs import UsageError, did_you_mean
from indoubt.runs.environment import BUDGETS as OF_SYSTEMS
from indoubt.specs.language.frozen import dataclass

FIRST_TRY, MORE = {"native": 1_000_000, "reference": 20_000}, 10
"""How many states a cell may have before the others are looked at, and how many times more after that."""
FEW_AXES = 3
"""With more axes than these the largest cell may well be too large to search, and single faults come before it."""


@dataclass(frozen=True, slots=True)
class _Licence:
    """By which axes verdicts follow, of each property; `why_not` says of the others why."""

    along: Mapping[str, frozenset[int]]
    why_not: Mapping[str, Mapping[str, str]]


class Grid:
    """Decides cells, the most telling ones first."""

    def __init__(
        self,
        asking: Asking,
        axes: tuple[Axis, ...],
        impossible: Mapping[Cell, str],
        told: Callable[[Mapping[str, int], Decided], None] | None,
        *,
        run_all: bool,
    ) -> None:
        self._asking, self._axes, self._told = asking, axes, told
        self._impossible = impossible
        every = itertools.product(*(axis.values for axis in axes))
        self._cells = [cell for cell in every if cell not in impossible]
        self._machines: dict[Cell, Machine] = {}
        self._claims = asking.claims(self._machine(self._cells[0]))
        self._refuse_unknown(asking.properties)
        self._findings: dict[tuple[str, Cell], Finding] = {}
        self._runs: dict[Cell, Decided] = {}
        self._ended: set[Cell] = set()
        self._postponed: set[Cell] = set()
        self._first_try = FIRST_TRY[asking.ways.get("engine", "native")]
        nothing = _Licence({one.name: frozenset() for one in self._claims}, {})
        self._licence = nothing if run_all else self._licensed()
        orders = {along: Order(self._cells, along) for along in set(self._licence.along.values())}
        self._orders = {name: orders[along] for name, along in self._licence.along.items()}
        self._unknown = {one.name: (1 << len(self._cells)) - 1 for one in self._claims}
        """Of each property the cells without a finding, as a set of an `Order`."""
        self._first = self._first_cells()

    def _refuse_unknown(self, properties: Collection[str] | None) -> None:
        known = named_properties(self._machine(self._cells[0]))
        for name in properties or ():
            if name not in known:
                there_is = ", ".join(known) or "none"
                raise UsageError(f"unknown property {name!r}; there are: {there_is}{did_you_mean(name, known)}")

    def _values(self, cell: Cell) -> dict[str, int]:
        return {axis.name: value for axis, value in zip(self._axes, cell, strict=True)}

    def _machine(self, cell: Cell) -> Machine:
        if cell not in self._machines:
            self._machines[cell] = self._asking.machine(self._values(cell))
        return self._machines[cell]

    # ---- what follows from what

    def _licensed(self) -> _Licence:
        along: dict[str, set[int]] = {one.name: set() for one in self._claims}
        why_not: dict[str, dict[str, str]] = {}
        for place, axis in enumerate(self._axes):
            steps = list(self._steps(place))
            for one in self._claims:
                why = self._why_not(one, steps)
                if why is None:
                    along[one.name].add(place)
                else:
                    why_not.setdefault(one.name, {})[axis.name] = why
        return _Licence({name: frozenset(places) for name, places in along.items()}, why_not)

    def _steps(self, place: int) -> Iterator[Growth | None]:
        """What changes from each value of an axis to the next, the other axes at either end; None by construction."""
        if self._asking.is_system and self._axes[place].name in OF_SYSTEMS:
            yield None
            return
        cells = set(self._cells)
        for ends in {tuple(axis.values[end] for axis in self._axes) for end in (0, -1)}:
            line = [(*ends[:place], value, *ends[place + 1 :]) for value in self._axes[place].values]
            for small, large in itertools.pairwise(cell for cell in line if cell in cells):
                yield growth(self._machine(small), self._machine(large))

    def _why_not(self, one: Claim, steps: Iterable[Growth | None]) -> str | None:
        """Why nothing follows for a property; None where it does."""
        if one.kind == DEADLOCK:
            return "one more fault may be the step that a stuck state lacks"
        for step in steps:
            if step is None:  # handlers cannot read the budgets of a run
                continue
            if step.objection is not None:
                return step.objection
            if not (step.reaches_up(one.name) if one.kind == "reachable" else step.breaks_up(one.name, one.kind)):
                is_owed = one.kind not in ("invariant", "step_invariant", "reachable") and not step.keeps_promises
                return "a step that runs owe depends on it" if is_owed else f"`{one.name}` depends on it"
        return None

    def _infer(self, one: Claim, cell: Cell, verdict: Verdict) -> None:
        goes_up = (verdict is Verdict.VIOLATED) == (one.kind != "reachable")
        order = self._orders[one.name]
        for other in order.cells((order.above if goes_up else order.below)[cell]):
            known = self._findings.get((one.name, other))
            if known is None or known.verdict is Verdict.INCONCLUSIVE:
                self._note(one.name, other, Finding(verdict, cell))
            elif known.verdict is not verdict:
                raise AssertionError(f"{one.name} is {verdict} in {cell} and {known.verdict} in {other}")

    def _note(self, name: str, cell: Cell, found: Finding) -> None:
        self._findings[name, cell] = found
        self._unknown[name] &= ~self._orders[name].bit(cell)

    # ---- what is run

    def filled(self) -> Frontier:
        is_interrupted = False
        try:
            while not is_interrupted and (cell := self._next()) is not None:
                is_interrupted = self._run(cell).is_interrupted
        except KeyboardInterrupt:
            is_interrupted = True
        return Frontier(
            self._asking,
            self._axes,
            tuple(self._claims),
            self._findings,
            self._runs,
            self._impossible,
            self._licence.why_not,
            is_interrupted,
        )

    def _pending(self, cell: Cell) -> list[Claim]:
        """What is not known in a cell that was not run to its end yet."""
        return [] if cell in self._ended else [one for one in self._claims if (one.name, cell) not in self._findings]

    def _first_cells(self) -> list[Cell]:
        """The smallest cell, and the largest one; with many axes, between the two, those with a single fault."""
        smallest, largest = self._cells[0], self._cells[-1]
        if len(self._axes) <= FEW_AXES:
            return [smallest, largest]
        order = Order(self._cells, range(len(self._axes)))
        single = [cell for cell in self._cells if order.below[cell] == order.bit(smallest)]
        return [smallest, *sorted(single, key=self._size), largest]

    def _size(self, cell: Cell) -> int:
        """How many faults more than the smallest budgets a cell allows."""
        return sum(cell) - sum(axis.values[0] for axis in self._axes)

    def _next(self) -> Cell | None:
        """The first cells, and then whichever decides the most, however it comes out.

        A cell with more states than a first try takes has to wait until the others are known, or wait as well: one of
        them may decide it. Where the largest one has to, with many axes, so would most: the small ones come first then.
        """
        waiting = [cell for cell in self._cells if self._pending(cell)]
        if waiting and all(cell in self._postponed for cell in waiting):
            self._first_try *= MORE
            self._postponed.clear()
        ready = [cell for cell in waiting if cell not in self._postponed]
        for cell in self._first:
            if cell in ready and cell not in self._runs:
                return cell
        if len(self._axes) > FEW_AXES and self._is_open(self._cells[-1]):
            return min(ready, key=lambda cell: (self._size(cell), -self._worth(cell)), default=None)
        return max(ready, key=lambda cell: (self._worth(cell), -sum(cell)), default=None)

    def _is_open(self, cell: Cell) -> bool:
        """Whether a run of a cell has left a property undecided."""
        known = (self._findings.get((one.name, cell)) for one in self._claims)
        return any(found is None or found.verdict is Verdict.INCONCLUSIVE for found in known)

    def _worth(self, cell: Cell) -> int:
        """How many verdicts a run of a cell will give at least."""
        worth = 0
        for one in self._pending(cell):
            order, unknown = self._orders[one.name], self._unknown[one.name]
            worth += 1 + min((side[cell] & unknown).bit_count() for side in (order.above, order.below))
        return worth

    def _run(self, cell: Cell) -> Decided:
        claims = self._pending(cell)
        decided = self._asking.decide(self._values(cell), claims, self._first_try)
        self._runs[cell] = _together(self._runs.get(cell), decided)
        (self._postponed if decided.is_postponed else self._ended).add(cell)
        for one in claims:
            answer = decided.answers[one.name]
            if answer.verdict is not Verdict.INCONCLUSIVE:
                self._note(one.name, cell, _finding(answer))
                self._infer(one, cell, answer.verdict)
            elif not decided.is_postponed:
                self._note(one.name, cell, _finding(answer))
        if self._told is not None:
            self._told(self._values(cell), decided)
        return decided


def _together(before: Decided | None, now: Decided) -> Decided:
    """What several tries of a cell say, and what they took."""
    if before is None:
        return now
    answers = {**before.answers, **now.answers}
    return replace(
        now, answers=answers, distinct=(*before.distinct, *now.distinct), elapsed_s=before.elapsed_s + now.elapsed_s
    )


def _finding(answer: Answer) -> Finding:
    return Finding(answer.verdict, None, answer.found, answer.reason)

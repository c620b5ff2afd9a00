"""The frontier of faults: of each property, which smallest budgets break it, and which largest ones it survives.

The budgets are the cells of a grid. A property that is violated in a cell is violated in every cell above it, and one
that holds there holds in every cell below, wherever `budget_licence` shows that a larger budget only adds runs. What is
reached is reached with a larger budget too, so `@reachable` goes the other way. Deadlock goes neither way: one more
fault may be the step that a stuck state lacks. Where nothing is shown, each cell is run. A cell that is not decided, as
a limit was reached, says nothing of others.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from math import prod
from typing import TYPE_CHECKING, Any

from indoubt.environment import BUDGETS as OF_SYSTEMS, GivenNetwork, under
from indoubt.explorer.frontend.lower import settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.budget_licence import Growth, growth
from indoubt.explorer.search.answers import DEADLOCK
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import Verdict
from indoubt.faults.asking import Answer, Asking, Claim, Decided, ways_of
from indoubt.faults.budgets import budgets_of_run, whole_numbers
from indoubt.finding import UsageError, did_you_mean, find_spec
from indoubt.result import PropertyResult
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Fault, Spec
from indoubt.specs.language.systems import System

if TYPE_CHECKING:
    from indoubt.symmetric import Wanted

Cell = tuple[int, ...]
MOST_CELLS = 1_000
DEFAULTS = {Fault.CRASH: range(3)}
"""What a budget is tried with where the run does not say: up to two crashes, one of each other fault."""
OTHERWISE = range(2)


@dataclass(frozen=True, slots=True)
class Axis:
    """A budget and the values that are tried, in rising order."""

    name: str
    values: tuple[int, ...]


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
    property, by which budgets nothing follows and why.
    """

    asking: Asking
    axes: tuple[Axis, ...]
    claims: tuple[Claim, ...]
    findings: Mapping[tuple[str, Cell], Finding]
    runs: Mapping[Cell, Decided]
    impossible: Mapping[Cell, str]
    not_shown: Mapping[str, Mapping[str, str]]
    is_interrupted: bool = False

    @property
    def cells(self) -> list[Cell]:
        """Every cell in which there is a run, the smallest first."""
        return [cell for cell in itertools.product(*(axis.values for axis in self.axes)) if cell not in self.impossible]

    def values(self, cell: Cell) -> dict[str, int]:
        """The budgets of a cell by name."""
        return {axis.name: value for axis, value in zip(self.axes, cell, strict=True)}

    def breaks_with(self, name: str) -> list[Cell]:
        """The smallest cells in which a property is known to be violated."""
        broken = self._with(name, Verdict.VIOLATED)
        return [one for one in broken if not any(other != one and _is_below(other, one) for other in broken)]

    def survives(self, name: str) -> list[Cell]:
        """The largest cells in which a property is known to hold."""
        held = self._with(name, Verdict.HOLDS)
        return [one for one in held if not any(other != one and _is_below(one, other) for other in held)]

    def open(self, name: str) -> list[Cell]:
        """The cells in which nothing is known of a property."""
        return [cell for cell in self.cells if self.verdict(name, cell) is Verdict.INCONCLUSIVE]

    def verdict(self, name: str, cell: Cell) -> Verdict:
        """What is known of a property in a cell."""
        found = self.findings.get((name, cell))
        return Verdict.INCONCLUSIVE if found is None else found.verdict

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


def frontier(
    spec: type[Spec] | str,
    /,
    *,
    properties: Collection[str] | None = None,
    deadlock: bool = False,
    network: GivenNetwork | None = None,
    max_states: int | None = None,
    max_depth: int | None = None,
    timeout: float | None = None,
    symmetry: Wanted = False,
    engine: str = "native",
    workers: int = 1,
    memory: str | None = None,
    run_all: bool = False,
    progress: Callable[[Progress], None] | None = None,
    told: Callable[[Mapping[str, int], Decided], None] | None = None,
    **settings: Any,
) -> Frontier:
    """Find out which budgets of faults break each property of a spec, and which it survives.

    `settings` are sizes and parameters; a budget that is a range is tried with each value, as in
    `frontier("three_phase_commit", Participant=2, crashes=range(3))`. Where none is, every budget that the spec
    declares and that is 0 is tried: up to two crashes, and one of each other fault. Limits are those of each cell.
    With `run_all` nothing is inferred. `told` is called after each run. Raises as `check` does.
    """
    found = find_spec(spec) if isinstance(spec, str) else spec
    ranges = {
        name: values_of(name, given) for name, given in settings.items() if isinstance(given, range | tuple | list)
    }
    rest = {name: given for name, given in settings.items() if name not in ranges}
    faults = {name: rest.pop(name) for name in list(rest) if issubclass(found, System) and name in OF_SYSTEMS}
    asking = Asking(
        under(found, network, None),
        rest,
        network,
        faults,
        properties,
        deadlock,
        {"max_states": max_states, "max_depth": max_depth, "timeout": timeout},
        ways_of(engine=engine, workers=workers, memory=memory, symmetry=symmetry),
        progress,
    )
    axes = tuple(Axis(name, values) for name, values in (ranges or default_ranges(asking)).items())
    return _Grid(asking, known_axes(asking, axes), told, run_all=run_all).filled()


def values_of(name: str, given: Iterable[Any]) -> tuple[int, ...]:
    """The values of a range, in rising order. Raises UsageError where there is none."""
    values = tuple(sorted(set(given)))
    if not values:
        raise UsageError(f"{name} has no value to try; write a range, as in {name}=0..2")
    return values


def default_ranges(asking: Asking) -> dict[str, tuple[int, ...]]:
    """The budgets that a run does not set, and that are 0. Raises UsageError where there is none."""
    found, settled = asking.chosen({})
    declared = budgets_of_run(found, settled)
    ranges: dict[str, tuple[int, ...]] = {}
    for name, faults in declared.items():
        if asking.is_system:
            is_open = not asking.faults.get(name)
        else:
            is_open = settled.parameters[name] == 0 and name not in asking.settings
        if is_open:
            ranges[name] = tuple(DEFAULTS.get(faults[0], OTHERWISE))
    if not asking.is_system:
        types = whole_numbers(found, settled)
        ranges = {name: tuple(one for one in values if one <= types[name].high) for name, values in ranges.items()}
    possible = {name: values for name, values in ranges.items() if _can_happen(asking, name, ranges)}
    if not possible:
        has = f"it has {', '.join(declared)}, and each is set" if declared else "it declares no fault budget"
        edit = "a parameter that is a whole number can be tried as well, as in phase_1_quorum=1..3"
        raise UsageError(f"{found.__name__} has no budget to try: {has}; {edit}")
    return possible


def _can_happen(asking: Asking, name: str, ranges: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether a fault of a system is possible at all, under this network and with these nodes."""
    if not asking.is_system:
        return True
    alone = {"crashes": 1, name: 1} if name == "restarts" else {name: 1}
    return len(ranges[name]) > 1 and asking.why_impossible(alone) is None


def known_axes(asking: Asking, axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
    """The axes, if each is a whole number that the run may set. Raises UsageError."""
    known = list(OF_SYSTEMS) if asking.is_system else []
    bottom = {axis.name: axis.values[0] for axis in axes}
    parameters = {name: value for name, value in bottom.items() if name not in known}
    rest = {**asking.settings, **parameters}
    settled = settle(asking.spec, rest)  # names what there is, where a name is unknown
    known += whole_numbers(asking.spec, settled)
    for axis in axes:
        if axis.name not in known:
            there_are = ", ".join(known) or "none"
            hint = did_you_mean(axis.name, known)
            raise UsageError(f"{axis.name} has no range: it is no whole number; there are: {there_are}{hint}")
        if axis.name not in OF_SYSTEMS or not asking.is_system:
            settle(asking.spec, {**rest, axis.name: axis.values[-1]})
    count = prod(len(axis.values) for axis in axes)
    if count > MOST_CELLS:
        raise UsageError(f"{count:,} cells are too many; give shorter ranges: {MOST_CELLS:,} is the most")
    return axes


def _is_below(one: Cell, other: Cell) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True))


@dataclass(frozen=True, slots=True)
class _Licence:
    """By which axes verdicts follow, of each property; `why_not` says of the others why."""

    along: Mapping[str, frozenset[int]]
    why_not: Mapping[str, Mapping[str, str]]


class _Grid:
    """Decides cells, the most telling ones first."""

    def __init__(
        self,
        asking: Asking,
        axes: tuple[Axis, ...],
        told: Callable[[Mapping[str, int], Decided], None] | None,
        *,
        run_all: bool,
    ) -> None:
        self._asking, self._axes, self._told = asking, axes, told
        every = list(itertools.product(*(axis.values for axis in axes)))
        reasons = {cell: asking.why_impossible(self._values(cell)) for cell in every}
        self._impossible = {cell: why for cell, why in reasons.items() if why is not None}
        self._cells = [cell for cell in every if cell not in self._impossible]
        if not self._cells:
            raise UsageError(next(iter(self._impossible.values())))
        self._machines: dict[Cell, Machine] = {}
        self._claims = asking.claims(self._machine(self._cells[0]))
        self._refuse_unknown(asking.properties)
        self._findings: dict[tuple[str, Cell], Finding] = {}
        self._runs: dict[Cell, Decided] = {}
        nothing = _Licence({one.name: frozenset() for one in self._claims}, {})
        self._licence = nothing if run_all else self._licensed()

    def _refuse_unknown(self, properties: Collection[str] | None) -> None:
        known = [one.name for one in self._machine(self._cells[0]).checked]
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
        for other in self._above(cell, self._licence.along[one.name]) if goes_up else self._below(cell, one.name):
            known = self._findings.get((one.name, other))
            if known is None or known.verdict is Verdict.INCONCLUSIVE:
                self._findings[one.name, other] = Finding(verdict, cell)
            elif known.verdict is not verdict:
                raise AssertionError(f"{one.name} is {verdict} in {cell} and {known.verdict} in {other}")

    def _below(self, cell: Cell, name: str) -> list[Cell]:
        return [one for one in self._cells if cell in self._above(one, self._licence.along[name])]

    def _above(self, cell: Cell, along: frozenset[int]) -> list[Cell]:
        """The cells whose budgets are larger on some axes and equal on the others."""
        return [
            other
            for other in self._cells
            if other != cell
            and all(b >= a if at in along else b == a for at, (a, b) in enumerate(zip(cell, other, strict=True)))
        ]

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
        """What is not known in a cell that was not run yet."""
        if cell in self._runs:
            return []
        unknown = (Finding(Verdict.INCONCLUSIVE), None)
        return [one for one in self._claims if self._findings.get((one.name, cell)) in unknown]

    def _next(self) -> Cell | None:
        """The smallest cell, the largest one, and then whichever decides the most, however it comes out."""
        waiting = [cell for cell in self._cells if self._pending(cell)]
        first = [cell for cell in (self._cells[0], self._cells[-1]) if cell in waiting and cell not in self._runs]
        if first and len(self._runs) < 2:
            return first[0]
        return max(waiting, key=lambda cell: (self._worth(cell), -sum(cell)), default=None)

    def _worth(self, cell: Cell) -> int:
        """How many verdicts a run of a cell will give at least."""
        worth = 0
        for one in self._pending(cell):
            above, below = self._above(cell, self._licence.along[one.name]), self._below(cell, one.name)
            worth += 1 + min(sum((one.name, other) not in self._findings for other in side) for side in (above, below))
        return worth

    def _run(self, cell: Cell) -> Decided:
        claims = self._pending(cell)
        decided = self._asking.decide(self._values(cell), claims)
        self._runs[cell] = decided
        for one in claims:
            answer = decided.answers[one.name]
            self._findings[one.name, cell] = _finding(answer)
            if answer.verdict is not Verdict.INCONCLUSIVE:
                self._infer(one, cell, answer.verdict)
        if self._told is not None:
            self._told(self._values(cell), decided)
        return decided


def _finding(answer: Answer) -> Finding:
    return Finding(answer.verdict, None, answer.found, answer.reason)

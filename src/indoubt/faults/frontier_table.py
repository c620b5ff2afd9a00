"""The cells of a property as a table: without the budgets that change nothing, and no wider than a page."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from indoubt.explorer.search.result import Verdict
from indoubt.faults.asking import Claim
from indoubt.faults.cells import Axis, Finding, Frontier
from indoubt.faults.order import Cell
from indoubt.reports.report import STYLES, Line
from indoubt.specs.language.frozen import dataclass

WORDS = {Verdict.HOLDS: "holds", Verdict.VIOLATED: "breaks", Verdict.INCONCLUSIVE: "open"}
REACHED = {Verdict.HOLDS: "reached", Verdict.VIOLATED: "not reached", Verdict.INCONCLUSIVE: "open"}
NO_RUN = "-"
WIDEST = 100
"""Characters of a line."""
INDENT, FEW_AXES = 4, 3


@dataclass(frozen=True, slots=True)
class Folded:
    """The cells of a property by the budgets that change its verdict: `cells` has all that differ in no other one."""

    axes: tuple[int, ...]
    cells: dict[Cell, list[Cell]]

    def names_of_the_others(self, axes: Sequence[Axis]) -> list[str]:
        """The budgets that change nothing."""
        return [axis.name for at, axis in enumerate(axes) if at not in self.axes]


def folded(shown: Frontier, one: Claim) -> Folded:
    """The cells of a property without the budgets that change nothing, the last ones looked at first.

    A few budgets stay as they are: that none of so many crashes does harm is worth a look.
    """
    kept = tuple(range(len(shown.axes)))
    for at in reversed(kept) if len(kept) > FEW_AXES else ():
        fewer = tuple(other for other in kept if other != at)
        if fewer and _tell_all(shown, one, fewer):
            kept = fewer
    return Folded(kept, folded_by(shown, kept))


def folded_by(shown: Frontier, axes: Sequence[int]) -> dict[Cell, list[Cell]]:
    """The cells in which there is a run, by their budgets on some axes."""
    together: dict[Cell, list[Cell]] = {}
    for cell in shown.cells:
        together.setdefault(tuple(cell[at] for at in axes), []).append(cell)
    return together


def _tell_all(shown: Frontier, one: Claim, axes: Sequence[int]) -> bool:
    """Whether the budgets on some axes tell the verdict of a property."""
    return all(len({shown.verdict(one.name, cell) for cell in cells}) == 1 for cells in folded_by(shown, axes).values())


def lines_of_table(shown: Frontier, one: Claim) -> Iterator[Line]:
    """The cells of a property: the first budgets go down, the other ones to the right."""
    found = folded(shown, one)
    axes = [shown.axes[at] for at in found.axes]
    split = next(
        (split for split in range(len(axes) // 2 if len(axes) > 1 else 0, len(axes)) if _fits(one, axes, split)),
        max(len(axes) - 1, 0),
    )
    yield from _table(shown, one, found, axes, split)
    others = found.names_of_the_others(shown.axes)
    if others:
        yield ((f"{'':<{INDENT}}the same with any {', '.join(others)}", "dim"),)


def _labels(axes: Sequence[Axis]) -> list[str]:
    rows = itertools.product(*(axis.values for axis in axes))
    return [" ".join(f"{axis.name}={value}" for axis, value in zip(axes, row, strict=True)) for row in rows]


def _widths(one: Claim, down: Sequence[Axis], right: Sequence[Axis]) -> tuple[int, int]:
    """How wide the labels of the rows and the columns are."""
    heads = [f"{axis.name}={value}" for axis in right for value in axis.values]
    words = [f"({word})" for word in words_of(one).values()]
    return max(map(len, _labels(down))) + 2 * bool(down), max(map(len, [*heads, *words])) + 2


def _fits(one: Claim, axes: Sequence[Axis], split: int) -> bool:
    label, width = _widths(one, axes[:split], axes[split:])
    return INDENT + label + width * len(_labels(axes[split:])) <= WIDEST


def _table(shown: Frontier, one: Claim, found: Folded, axes: Sequence[Axis], split: int) -> Iterator[Line]:
    down, right = axes[:split], axes[split:]
    label, width = _widths(one, down, right)
    every = list(itertools.product(*(axis.values for axis in right)))
    at_once = max(1, (WIDEST - INDENT - label) // width)
    for begin in range(0, len(every), at_once):
        columns = every[begin : begin + at_once]
        if begin:
            yield ()
        for depth, axis in enumerate(right):
            texts = [
                f"{axis.name}={column[depth]}" if not at or columns[at - 1][: depth + 1] != column[: depth + 1] else ""
                for at, column in enumerate(columns)
            ]
            head = "".join(f"{text:<{width}}" for text in texts)
            yield ((f"{'':<{INDENT + label}}{head}".rstrip(), "dim"),)
        for row, text in zip(itertools.product(*(axis.values for axis in down)), _labels(down), strict=True):
            cells = (cell_text(shown, one, found.cells.get((*row, *column), [])) for column in columns)
            told = ((f"{word:<{width}}", style) for word, style in cells)
            yield (f"{'':<{INDENT}}{text:<{label}}", "dim"), *told


def words_of(one: Claim) -> dict[Verdict, str]:
    """What a cell says of a property."""
    return REACHED if one.kind == "reachable" else WORDS


def cell_text(shown: Frontier, one: Claim, cells: Sequence[Cell]) -> tuple[str, str]:
    """What is known of a property in cells that agree, with its style; in parentheses what follows from other ones."""
    if not cells:
        return NO_RUN, "dim"
    found = [shown.findings.get((one.name, cell), Finding(Verdict.INCONCLUSIVE)) for cell in cells]
    word = words_of(one)[found[0].verdict]
    is_inferred = all(each.is_inferred for each in found)
    return (f"({word})" if is_inferred else word), "" if is_inferred else STYLES[found[0].verdict]

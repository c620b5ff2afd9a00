"""Which budgets of a grid have a run: ranges that reach beyond are refused, and those chosen by default are cut."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence

from indoubt.faults.asking import Asking, reason_of
from indoubt.faults.cells import Axis, LeftOut
from indoubt.faults.order import Cell
from indoubt.finding.specs import UsageError
from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Possible:
    """The axes with a run at their largest values, the cells without one and why, and what was left out."""

    axes: tuple[Axis, ...]
    impossible: Mapping[Cell, str]
    left_out: tuple[LeftOut, ...] = ()


def possible(asking: Asking, axes: tuple[Axis, ...], chosen: Collection[str]) -> Possible:
    """What can be run of a grid. Budgets that are possible only beside others leave cells without a run.

    `chosen` names the axes that the user asked for. Raises UsageError where the largest value of one of them is
    possible beside no values of the others, or where there is no run at all.
    """
    refused = _refused(asking, axes)
    if all(cell in refused for cell in _cells(axes)):
        raise UsageError(next(iter(refused.values())))
    _refuse_largest(axes, refused, chosen)
    kept, left_out = list[Axis](), list[LeftOut]()
    for at, axis in enumerate(axes):
        tried = axis.values if axis.name in chosen else ()
        gone = [one for one in axis.values if one and one not in tried and _is_gone(axes, refused, at, one)]
        kept.append(Axis(axis.name, tuple(one for one in axis.values if one not in gone)))
        if gone:
            left_out.append(LeftOut(axis.name, tuple(gone), reason_of(refused[_blamed(axes, refused, at, gone[0])])))
    impossible = {
        cell: reason_of(why)
        for cell, why in refused.items()
        if all(value in axis.values for value, axis in zip(cell, kept, strict=True))
    }
    return Possible(tuple(kept), impossible, tuple(left_out))


def _cells(axes: Sequence[Axis]) -> list[Cell]:
    return list(itertools.product(*(axis.values for axis in axes)))


def _refused(asking: Asking, axes: Sequence[Axis]) -> dict[Cell, str]:
    """What `check` says of each cell in which there is no run, with the edit."""
    torn: dict[frozenset[tuple[str, int]], str | None] = {}
    names = [axis.name for axis in axes]
    told = {cell: asking.refusal(dict(zip(names, cell, strict=True)), torn) for cell in _cells(axes)}
    return {cell: why for cell, why in told.items() if why is not None}


def _refuse_largest(axes: Sequence[Axis], refused: Mapping[Cell, str], names: Collection[str]) -> None:
    """Raise UsageError where the largest value of an axis with one of these names has no run."""
    for at, axis in enumerate(axes):
        largest = axis.values[-1]
        if axis.name not in names or not largest or not _is_gone(axes, refused, at, largest):
            continue
        why = refused[_blamed(axes, refused, at, largest)]
        kept = [value for value in axis.values if not _is_gone(axes, refused, at, value)]
        if not any(kept):
            raise UsageError(why)
        raise UsageError(f"{reason_of(why)}; write --{axis.name} {kept[0]}..{kept[-1]}")


def _is_gone(axes: Sequence[Axis], refused: Mapping[Cell, str], at: int, value: int) -> bool:
    """Whether a value of an axis has no run, whatever the others are."""
    return all(cell in refused for cell in _cells(axes) if cell[at] == value)


def _blamed(axes: Sequence[Axis], refused: Mapping[Cell, str], at: int, value: int) -> Cell:
    """The largest cell with a value that has a run without it, so that the reason is about this value."""
    cells = [cell for cell in _cells(axes) if cell[at] == value]
    lowest = axes[at].values[0]
    alone = [cell for cell in cells if (*cell[:at], lowest, *cell[at + 1 :]) not in refused]
    return (alone or cells)[-1]

"""Which cells of a grid are above and below which: sets of cells are whole numbers, a bit for each cell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

Cell = tuple[int, ...]


class Order:
    """The cells whose budgets are larger or smaller on some axes and equal on the others, of every cell.

    It takes one step for each cell, axis and side; asking is then a look-up, and counting a `bit_count`.
    """

    def __init__(self, cells: Sequence[Cell], along: Collection[int]) -> None:
        self._cells, self._place = cells, {cell: at for at, cell in enumerate(cells)}
        axes = range(len(cells[0])) if cells else ()
        equal: list[dict[int, int]] = [{} for _ in axes]
        for at in axes:
            for cell in cells:
                equal[at][cell[at]] = equal[at].get(cell[at], 0) | self.bit(cell)
        up = [_summed(sorted(one, reverse=True), one) if at in along else one for at, one in enumerate(equal)]
        down = [_summed(sorted(one), one) if at in along else one for at, one in enumerate(equal)]
        self.above = {cell: self._met(cell, up) for cell in cells}
        self.below = {cell: self._met(cell, down) for cell in cells}

    def _met(self, cell: Cell, masks: list[dict[int, int]]) -> int:
        """The other cells that are on this side on every axis."""
        met = ~self.bit(cell)
        for value, mask in zip(cell, masks, strict=True):
            met &= mask[value]
        return met

    def bit(self, cell: Cell) -> int:
        """A cell as a set of one."""
        return 1 << self._place[cell]

    def bits(self, cells: Iterable[Cell]) -> int:
        """Some cells as a set."""
        return sum(self.bit(cell) for cell in set(cells))

    def cells(self, bits: int) -> Iterator[Cell]:
        """The cells of a set, in order."""
        while bits:
            lowest = bits & -bits
            yield self._cells[lowest.bit_length() - 1]
            bits ^= lowest


def _summed(values: Iterable[int], masks: dict[int, int]) -> dict[int, int]:
    """For each value the cells with it, or with a value that came before it."""
    met, summed = 0, dict[int, int]()
    for value in values:
        met |= masks[value]
        summed[value] = met
    return summed

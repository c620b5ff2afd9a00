"""Sets of cells as bits: what is above and below each cell is what comparing all pairs says."""

from __future__ import annotations

import itertools

import pytest

from indoubt.faults.order import Cell, Order

GRID: list[Cell] = list(itertools.product((0, 1, 2), (1, 3), (0, 1)))
HOLED = [cell for cell in GRID if cell[0] or not cell[2]]


@pytest.mark.parametrize("cells", [GRID, HOLED, GRID[:1]])
@pytest.mark.parametrize("along", [set[int](), {0}, {0, 2}, {0, 1, 2}])
def test_above_and_below_are_what_comparing_all_pairs_says(cells: list[Cell], along: set[int]) -> None:
    """Larger or equal along the axes, equal on the others, and never the cell itself."""
    order = Order(cells, along)

    def is_above(one: Cell, other: Cell) -> bool:
        pairs = enumerate(zip(one, other, strict=True))
        return one != other and all(a >= b if at in along else a == b for at, (a, b) in pairs)

    for cell in cells:
        assert list(order.cells(order.above[cell])) == [one for one in cells if is_above(one, cell)]
        assert list(order.cells(order.below[cell])) == [one for one in cells if is_above(cell, one)]


def test_a_set_has_each_cell_once() -> None:
    """However often it is named."""
    order = Order(GRID, ())
    assert order.bits([GRID[3], GRID[1], GRID[3]]) == order.bit(GRID[1]) | order.bit(GRID[3]) == 0b1010

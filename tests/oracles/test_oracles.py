"""The ports of the reference modules give the counts, verdicts and lengths that TLC gave for the modules."""

import pytest
from oracle_table import Row, named, observed
from oracles.table import ROWS


@pytest.mark.parametrize("row", named(ROWS))
def test_the_port_and_the_module_agree(row: Row) -> None:
    """Everything that a row speaks of comes out equal."""
    assert observed(row) == row.expected


def test_no_row_stands_twice() -> None:
    """Every row is a check of its own."""
    assert len({row.name for row in ROWS}) == len(ROWS)

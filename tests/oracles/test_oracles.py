"""The ports of the reference modules give the counts, verdicts and lengths that TLC gave for the modules."""

from __future__ import annotations

import pytest
from counts.cases import named
from counts.row import Row, When
from counts.run import observed
from counts.table import ROWS
from test_agreement import agree

PORTS = tuple(row for row in ROWS if row.spec.__module__.startswith("oracles."))
LAST_OF_EACH = {row.spec.__name__: row for row in PORTS if row.when is When.ALWAYS}


@pytest.mark.parametrize("row", named(PORTS))
def test_the_port_and_the_module_agree(row: Row) -> None:
    """Everything that a row speaks of comes out equal."""
    assert observed(row) == row.expected


@pytest.mark.parametrize("row", LAST_OF_EACH.values(), ids=LAST_OF_EACH)
def test_source_and_machine_of_a_port_agree(row: Row) -> None:
    """Every state, step and property among the first states is the same in Python and in the explorer."""
    assert 1 < agree(row.spec, 40, dict(row.settings)) <= 40

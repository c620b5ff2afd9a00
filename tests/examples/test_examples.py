"""The two specs that the language was designed by, and classic algorithms written with the documentation alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from counts.cases import named
from counts.examples import ROWS
from counts.row import Row, When
from counts.run import observed
from test_agreement import agree

from indoubt import Verdict, check

FOLDER = Path(__file__).parent
LAST_OF_EACH = {row.spec: row for row in ROWS if row.when is When.ALWAYS}


@pytest.mark.parametrize(
    ("example", "sizes", "distinct"),
    [
        ("state_machine_two_phase.py", {"RM": 3}, 288),
        ("state_machine_two_phase.py", {"RM": 5}, 8832),
        ("state_machine_paxos.py", {"Acceptor": 1, "Ballot": 2, "Value": 1}, 25),
    ],
)
def test_an_example_has_as_many_states_as_published(example: str, sizes: dict[str, Any], distinct: int) -> None:
    """288 and 8,832 are Stateright's figures, 25 is TLC's; both examples hold."""
    result = check(str(FOLDER / example), **sizes)
    assert result.verdict is Verdict.HOLDS
    assert result.counts.distinct == distinct


@pytest.mark.parametrize("row", named(ROWS))
def test_an_example_and_the_count_table_agree(row: Row) -> None:
    """Counts, verdicts and lengths are those of the table; each broken variant is found out."""
    assert observed(row) == row.expected


@pytest.mark.parametrize(
    "row", LAST_OF_EACH.values(), ids=[f"{spec.__module__}.{spec.__name__}" for spec in LAST_OF_EACH]
)
def test_source_and_machine_of_an_example_agree(row: Row) -> None:
    """Every state, step and property among the first states is the same in Python and in the explorer."""
    settings = {name: value for name, value in row.settings.items() if name != "keep_dead"}  # of the search alone
    assert 1 < agree(row.spec, 40, settings) <= 40

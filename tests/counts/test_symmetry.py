"""The count table up to symmetry: one state for each orbit, and the verdicts and lengths of all states.

The rows with symmetry are run by brute force where their protocols are tested; here a reduction comes to the same.
TLC takes the least image of a state under all permutations, so that its counts up to symmetry are exact as ours are,
as long as every sort that is symmetric is declared to be.
"""

from __future__ import annotations

from typing import Any

import pytest
from counts.row import Outcome, Row, When
from counts.run import outcome
from counts.table import ROWS

from indoubt import check
from indoubt.explorer.search.answers import DEADLOCK
from indoubt.finding.specs import UsageError

SYMMETRIC = [row for row in ROWS if row.symmetry]
PLAIN = [row for row in ROWS if row.when is When.ALWAYS and not row.symmetry]


def named(rows: list[Row]) -> list[Any]:
    """Rows as parameters of a test."""
    return [pytest.param(row, id=row.name) for row in rows]


@pytest.mark.slow
@pytest.mark.parametrize("row", named(SYMMETRIC))
def test_native_code_stores_one_state_of_each_orbit(row: Row) -> None:
    """Those that are too large for brute force, or not worth it, among them."""
    result = check(row.spec, symmetry=list(row.symmetry), engine="native", **row.settings)
    assert Outcome(result.verdict, distinct=result.counts.distinct) == row.expected


@pytest.mark.slow
@pytest.mark.parametrize("row", named([row for row in SYMMETRIC if row.when is not When.BY_HAND]))
def test_the_reference_stores_one_state_of_each_orbit(row: Row) -> None:
    """Another algorithm for the same partition, which finds other representatives."""
    result = check(row.spec, symmetry=list(row.symmetry), **row.settings)
    assert Outcome(result.verdict, distinct=result.counts.distinct) == row.expected


@pytest.mark.slow
def test_verdicts_and_lengths_do_not_depend_on_symmetry() -> None:
    """Every row of the table that allows it; the counts are no larger."""
    reduced = 0
    refused: dict[str, str] = {}
    for row in PLAIN:
        chosen = None if row.chosen is None else [name for name in row.chosen if name != DEADLOCK]
        deadlock = row.chosen is not None and DEADLOCK in row.chosen
        try:
            result = check(
                row.spec,
                properties=chosen,
                deadlock=deadlock,
                constraints=row.constraints,
                symmetry=True,
                **row.settings,
            )
        except UsageError as error:
            refused[row.name] = str(error)
            continue
        found, expected = outcome(row, result), row.expected
        assert (found.verdict, found.length) == (expected.verdict, expected.length), row.name
        if expected.depth is not None:
            assert found.depth == expected.depth, row.name
        if expected.distinct is not None and found.distinct is not None:
            assert found.distinct <= expected.distinct, row.name
            reduced += found.distinct < expected.distinct
    assert [name for name, text in refused.items() if "--symmetry" not in text] == []
    assert reduced > 40

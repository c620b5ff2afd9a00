"""Abstract consensus against TLC."""

import pytest
from counts.cases import cases
from counts.row import Row
from counts.run import observed

from indoubt.specs.consensus.consensus import Consensus, FickleConsensus


@pytest.mark.parametrize("row", cases(Consensus, FickleConsensus))
def test_the_oracle_and_the_checker_agree(row: Row) -> None:
    """Counts, verdicts and lengths are those of the count table."""
    assert observed(row) == row.expected

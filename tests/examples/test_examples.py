"""The two specs that the language was designed by run as they stand, with the counts that others have published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indoubt import Verdict, check

FOLDER = Path(__file__).parent


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

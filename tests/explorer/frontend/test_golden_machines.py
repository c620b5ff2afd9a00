"""Whole machines of two textbook protocols, printed: what the frontend makes of a spec, line by line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from indoubt import find_spec
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.show import shown
from indoubt.explorer.passes.pipeline import prepared

EXAMPLES = Path(__file__).parents[2] / "examples"
MACHINES = [
    ("state_machine_two_phase.py", {"RM": 3}, "two_phase"),
    ("state_machine_paxos.py", {"Acceptor": 3, "Value": 2, "Ballot": 2}, "paxos"),
]


@pytest.mark.parametrize(("file", "sizes", "name"), MACHINES)
def test_a_protocol_is_lowered_as_the_golden_file_shows(
    file: str, sizes: dict[str, int], name: str, golden: Callable[[str, str], None]
) -> None:
    """Before the passes, and after them."""
    spec = find_spec(str(EXAMPLES / file))
    machine = lower(spec, settle(spec, dict(sizes)))
    golden(shown(machine) + "\n", f"{name}.lower.ir")
    golden(shown(prepared(machine)) + "\n", f"{name}.prepared.ir")


@pytest.mark.parametrize(("file", "sizes", "name"), MACHINES)
def test_lowering_is_deterministic(file: str, sizes: dict[str, int], name: str) -> None:
    """The same source and settings give the same machine."""
    spec = find_spec(str(EXAMPLES / file))
    assert lower(spec, settle(spec, dict(sizes))) == lower(spec, settle(spec, dict(sizes))), name

"""What is on disk of a sequence has the capacity of the field, and no bound of its own."""

from __future__ import annotations

from typing import Any

import nodes_with_logs
import pytest
from nodes_with_logs import Chain, Saved

from indoubt import Verdict, check
from indoubt.cli import run
from indoubt.specs.language import Faults
from indoubt.specs.language.settings import SettingError, settle_settings
from indoubt.specs.language.systems import System, configured

LATE = Faults(crashes=1, restarts=1, sync="late")
PROMPT = Faults(crashes=1, restarts=1)
LATE_DISKS = ["--crashes", "1", "--restarts", "1", "--sync", "late"]


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_a_late_disk_of_a_sequence(engine: str) -> None:
    """A crash takes what was written last, as it does of any field."""
    sizes: dict[str, Any] = {"Replica": 2, "Writer": 1, "replicas.log": 1}
    assert check(Chain, faults=PROMPT, engine=engine, **sizes).verdict is Verdict.HOLDS
    result = check(Chain, faults=LATE, engine=engine, **sizes)
    trace = result.property("kept").trace
    assert trace is not None
    assert [step.action for step in trace.steps][-2:] == ["replicas.crash", "replicas.restart"]
    assert len(trace) == 5


@pytest.mark.parametrize("faults", [PROMPT, LATE], ids=["prompt", "late"])
def test_the_capacity_is_that_of_the_field(faults: Faults) -> None:
    """Both of what is on an explicit disk and of what a late one was asked to hold."""
    system: type[System] = configured(Saved, faults=faults)
    sizes: dict[str, Any] = {"Replica": 1, "Writer": 2, "nodes.log": 2}
    settled = settle_settings(system, sizes)
    on_disk = ["nodes.synced.log", *(["nodes.asked.log"] if faults is LATE else [])]
    assert settled.bounds == dict.fromkeys(["nodes.log", *on_disk], 2)
    assert settled.own_bounds == {"nodes.log": 2}
    assert settle_settings(system, settled.keywords(system)) == settled
    assert check(Saved, faults=faults, **sizes).verdict is Verdict.HOLDS


def test_the_disk_has_no_bound_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """It is neither asked for nor known, in Python and on the command line."""
    system = configured(Saved, faults=PROMPT)
    with pytest.raises(SettingError, match=r"needs a bound for nodes\.log, the largest number of its elements; "):
        settle_settings(system, {"Replica": 1, "Writer": 1})
    with pytest.raises(SettingError, match=r"has no size, parameter or bound nodes\.synced\.log; "):
        settle_settings(system, {"Replica": 1, "Writer": 1, "nodes.log": 1, "nodes.synced.log": 1})
    sizes = ["Replica=2", "Writer=1", "replicas.log=1", "replicas.synced.log=1"]
    assert run(["check", f"{nodes_with_logs.__file__}::Chain", *sizes, *LATE_DISKS]) == 2
    assert "no size, parameter or bound replicas.synced.log; " in capsys.readouterr().err

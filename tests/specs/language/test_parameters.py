"""Parameters whose intervals end at the sizes of a run: a budget that is larger than the nodes is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest

from indoubt import check, frontier
from indoubt.cli import run
from indoubt.specs.commit.three_phase_commit import ThreePhaseCommit
from indoubt.specs.language import (
    Between,
    Fault,
    Parameter,
    Set,
    Sort,
    Spec,
    action,
    empty,
    initial,
    reachable,
    require,
)
from indoubt.specs.language.settings import SettingError

REFERENCE: dict[str, Any] = {"engine": "reference"}


class Node(Sort): ...


class Stops(Spec):
    """Each node crashes once, and again where it has come back."""

    restarts: Parameter[Annotated[int, Between(0, 2)]] = 0
    crashes: Parameter[Annotated[int, Between(0, len(Node) + restarts)]] = 0

    down: Set[Node] = empty()
    crashes_left: Annotated[int, Between(0, crashes)]
    restarts_left: Annotated[int, Between(0, restarts)]

    @initial
    def start(self) -> None:
        self.crashes_left = self.crashes
        self.restarts_left = self.restarts

    @action(fault=Fault.CRASH)
    def crash(self, n: Node) -> None:
        require(n not in self.down and self.crashes_left > 0)
        self.down.add(n)
        self.crashes_left -= 1

    @action(fault=Fault.RESTART)
    def restart(self, n: Node) -> None:
        require(n in self.down and self.restarts_left > 0)
        self.down.discard(n)
        self.restarts_left -= 1

    @reachable
    def spent(self) -> bool:
        return self.crashes_left == 0 and self.restarts_left == 0


@pytest.mark.parametrize(("nodes", "restarts"), [(1, 0), (2, 0), (2, 2)])
def test_the_largest_budget_can_be_spent(nodes: int, restarts: int) -> None:
    """And one more is refused, whatever the other parameters are by default."""
    settings: dict[str, Any] = {"Node": nodes, "restarts": restarts}
    assert check(Stops, crashes=nodes + restarts, **settings, **REFERENCE).exit_status == 0
    told = f"crashes={nodes + restarts + 1} is not possible: crashes is a whole number from 0 to {nodes + restarts}"
    with pytest.raises(SettingError, match=told):
        check(Stops, crashes=nodes + restarts + 1, **settings, **REFERENCE)


def test_a_frontier_tries_what_is_possible_beside_others() -> None:
    """Two crashes of one node are possible with a restart, and three are not possible at all."""
    shown = frontier(Stops, Node=1, crashes=range(3), restarts=range(2), **REFERENCE)
    assert list(shown.impossible) == [(2, 0)]
    with pytest.raises(SettingError, match="crashes=3 is not possible"):
        frontier(Stops, Node=1, crashes=range(3, 5), restarts=range(2), **REFERENCE)
    assert {axis.name: axis.values for axis in frontier(Stops, Node=1, **REFERENCE).axes}["crashes"] == (0, 1)


def test_the_library_says_what_its_budgets_end_at(capsys: pytest.CaptureFixture[str]) -> None:
    """As it is written, since it depends on sizes; three-phase commit with two participants has three sites."""
    assert run(["list"]) == 0
    told = "    parameter   crashes=0 (a whole number from 0 to len(Participant) + 1 + restarts)\n"
    assert told in capsys.readouterr().out
    with pytest.raises(SettingError, match="from 0 to 3"):
        check(ThreePhaseCommit, Participant=2, crashes=9)


def test_a_default_that_python_has_put_in_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The interval would end at the default of the other parameter, whatever the run says."""
    path = tmp_path / "frozen.py"
    path.write_text(
        "from typing import Annotated\n"
        "from indoubt.specs.language import Between, Parameter, Spec, action\n\n\n"
        "class Frozen(Spec):\n"
        "    most: Parameter[Annotated[int, Between(0, 2)]] = 1\n"
        "    some: Parameter[Annotated[int, Between(0, most)]] = 0\n"
        "    seen: bool = False\n\n"
        "    @action\n"
        "    def see(self) -> None:\n"
        "        self.seen = True\n",
        encoding="utf-8",
    )
    assert run(["check", str(path), "most=2"]) == 2
    assert "error[S331]: the bound of `some` uses parameter `most`" in capsys.readouterr().err

"""From the source of a spec to its machine: whole protocols as golden files, helpers, parameters of the run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from spec_texts import lowered, section

from indoubt import find_spec
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.frontend.source import class_source
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


HELPERS = lowered(
    """
    def is_seen(self, n: Node, at_least: int = 1) -> bool:
        if not self.on:
            return False
        enough = self.points[n] >= at_least
        return n in self.seen and enough

    def reset(self, color: Color) -> None:
        if color is Color.RED:
            return
        self.color = color
        self.forget()

    def forget(self) -> None:
        self.seen.clear()

    @action
    def step(self, n: Node) -> None:
        require(self.is_seen(n, 2))
        self.reset(Color.BLUE)
        self.on = False

    @step_invariant
    def grows(self, after: Self) -> bool:
        return self.count <= after.count or any(after.is_seen(n=m) for m in Node)
    """
)


def test_helpers_are_inlined() -> None:
    """One with a result becomes an expression, one without a block that its `return` ends."""
    assert (
        section(HELPERS, "step")
        == """\
action step(n: Node):
    require (False if not on else (let enough = not (points[n] < 2) in ((n in seen) and enough)))
    block:
        let color = BLUE
        if (color == RED):
            return
        color := color
        block:
            seen := {}
    on := False"""
    )


def test_a_helper_of_the_state_after_a_step_reads_that_state() -> None:
    """`after.count` is printed as `count'`."""
    called = (
        "any((False if not on' else (let enough = not (points'[m] < 1) in ((m in seen') and enough))) for m in Node)"
    )
    assert section(HELPERS, "grows") == f"step_invariant grows:\n    (not (count' < count) or {called})"


def test_parameters_of_the_spec_are_constants_of_the_run() -> None:
    """In conditions, and at the ends of intervals."""
    members = """
    most: Parameter[Annotated[int, Between(0, 9)]] = 5
    level: Annotated[int, Between(0, most)] = 0

    @action
    def step(self) -> None:
        require(self.level < self.most)
        self.level += 1
    """

    def step_of(**given: Any) -> list[str]:
        return section(lowered(members, **given), "step").splitlines()[1:]

    for most in (5, 7):
        assert step_of(**{} if most == 5 else {"most": most}) == [
            f"    require (level < {most})",
            f"    level := ((level + 1) within Annotated[int, Between(0, {most})])",
        ]


BASE_AND_DEMO = """from __future__ import annotations

from indoubt.specs.language import Spec, action


class Base(Spec):
    count: bool = {start}


class Demo(Base):
    @action
    def go(self) -> None:
        self.count = {start}
"""


def test_two_files_of_one_name_are_two_sources(tmp_path: Path) -> None:
    """Though Python knows one module of a name: a class without methods does not say where it is written."""
    starts: list[str] = []
    for folder, start in (("one", True), ("other", False)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "twice.py").write_text(BASE_AND_DEMO.format(start=start), encoding="utf-8")
        spec = find_spec(f"{tmp_path / folder / 'twice.py'}::Demo")
        starts += [line for line in shown(lower(spec, settle(spec, {}))).splitlines() if "count" in line]
        assert class_source(spec.__mro__[1])[1] == str(tmp_path / folder / "twice.py")
    assert starts[: len(starts) // 2] != starts[len(starts) // 2 :]

"""Forms of systems: first values set node by node, logs in nodes and messages, promises, helpers over nodes."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from appending_nodes import Appending

from indoubt import SpecError, Verdict, check
from indoubt.specs.language import Faults, Network

SIZES = {"Server": 2, "Client": 1, "Term": 2, "servers.log": 2}


@pytest.mark.parametrize("network", [Network.bag(), Network.fifo()], ids=str)
def test_logs_and_large_messages(network: Network) -> None:
    """A message of more values than can be enumerated ranges over those that are under way, from any sender."""
    result = check(Appending, bounds=SIZES, network=network)
    assert result.verdict is Verdict.HOLDS
    assert {one.name: one.verdict for one in result.properties} == dict.fromkeys(
        ("short", "full", "asked"), Verdict.HOLDS
    )
    assert result.counts.initial == 2
    assert check(Appending, bounds=SIZES, network=network, engine="reference").counts == result.counts


def test_a_promise_needs_fairness_and_nobody_crashed() -> None:
    """Weak fairness of a timeout is owed by every node that is up; a node that has crashed owes nothing."""
    assert check(Appending, bounds=SIZES, network=Network.bag(), properties=["asked"]).verdict is Verdict.HOLDS
    crashed = check(Appending, bounds=SIZES, network=Network.bag(), faults=Faults(crashes=1), properties=["asked"])
    assert crashed.property("asked").verdict is Verdict.VIOLATED


def test_a_soup_asks_for_the_bound_of_a_log_in_a_message() -> None:
    """A link of a soup has no capacity, so the run bounds the logs on it."""
    with pytest.raises(ValueError, match=r"bounds for network\.servers\.servers and network\.users\.servers"):
        check(Appending, bounds=SIZES)


HEAD = """
from __future__ import annotations

from indoubt.specs.language import Map, Node, Sort, System, initial, invariant, on_timeout


class S(Sort): ...


class N(Node[S]):
    boss: S
    done: bool = False

    @on_timeout
    def go(self) -> None:
        self.done = True


class Demo(System):
    nodes: Map[S, N]

    @invariant
    def fine(self) -> bool:
        return all(n.boss == m.boss for n in self.nodes.values() for m in self.nodes.values())
"""


@pytest.mark.parametrize(
    ("initial", "codes"),
    [
        ("", {"S004"}),
        ("for s in S:\n    self.nodes[s].boss = b", set[str]()),
        ("for s in S:\n    if s == b:\n        self.nodes[s].boss = b", {"S108"}),
        ("self.nodes[b].boss = b", {"S108"}),
        ("for n in self.nodes.values():\n    n.boss = b", set[str]()),
    ],
)
def test_a_field_without_a_first_value_is_set_for_every_node(initial: str, codes: set[str], tmp_path: Path) -> None:
    """`@initial` sets it in a loop over all of them; what leaves one out is told."""
    method = f"\n@initial\ndef start(self, b: S) -> None:\n{textwrap.indent(initial, '    ')}\n" if initial else ""
    file = tmp_path / "demo.py"
    file.write_text(HEAD + textwrap.indent(method, "    "), encoding="utf-8")
    try:
        assert check(str(file), S=2).verdict is Verdict.HOLDS
        found = set[str]()
    except SpecError as error:
        found = {one.code for one in error.diagnostics}
    assert found == codes

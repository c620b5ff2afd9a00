"""Violations in proofs for every size: with the fewest members, of the run's own quorums, with sizes that are named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from agreement import spec_of

import indoubt
from indoubt import Verdict, check
from indoubt.cli import run
from indoubt.invariants.quorums import Byzantine, FastPaxos, QuorumSystem
from indoubt.proofs import Status

HEAD = "from typing import Annotated\nfrom indoubt.specs.language import *\n\n\nclass Node(Sort): ...\n"
PAIR = (
    HEAD
    + """

class Item(Sort): ...


class Pair(Spec):
    seen: Set[Node] = empty()
    taken: Set[Item] = empty()
    ready: Map[Node, bool] = every(False)

    @action
    def look(self, n: Node) -> None:
        require(self.ready[n])
        self.seen.add(n)

    @action
    def prepare(self, n: Node) -> None:
        require(not self.ready[n])
        self.ready[n] = True

    @action
    def take(self, n: Node, i: Item) -> None:
        require(n in self.seen)
        self.taken.add(i)

    @invariant
    def one_item(self) -> bool:
        return all(i == j for i in self.taken for j in self.taken)

    @invariant
    def two_items(self) -> bool:
        return all(i == j or j == k or i == k for i in self.taken for j in self.taken for k in self.taken)
"""
)
SHARE = (
    HEAD
    + """

class Share(Spec):
    seen: bool = False

    @action
    def look(self) -> None:
        self.seen = True

    @invariant
    def three(self) -> bool:
        return all(
            any(k != n and k != m and n != m and {{k, n, m}} <= p and {{k, n, m}} <= q
                for k in Node for n in Node for m in Node)
            for p in quorums(Node)
            for q in quorums(Node)
        )

    @invariant
    def fast_and_two_classic(self) -> bool:
        return all(
            any(n in p and n in q and n in r for n in Node)
            for p in quorums(Node{fast})
            for q in quorums(Node{classic})
            for r in quorums(Node{classic})
        )
"""
)
NOWHERE = (
    HEAD
    + """

class Nowhere(Spec):
    seen: Set[Node] = empty()
    chosen: Node

    @initial
    def start(self, n: Node) -> None:
        require(any(m != n for m in Node) and MORE)
        self.chosen = n

    @action
    def look(self, n: Node) -> None:
        self.seen.add(n)

    @invariant
    def nothing(self) -> bool:
        return not self.seen
"""
)


def test_a_violation_has_the_fewest_members_and_then_the_fewest_steps(capsys: pytest.CaptureFixture[str]) -> None:
    """Its sizes stand in the title, the row, the head of the trace and the data; a check finds none at smaller ones."""
    spec = spec_of(PAIR, "Pair")
    proof = indoubt.prove(spec)
    for name, items in (("one_item", 2), ("two_items", 3)):
        one = proof.property(name)
        assert (one.status, one.sizes) == (Status.VIOLATED, {"Node": 1, "Item": items})
        states = 3 + items
        assert one.remark == f"a shortest counterexample at Node=1 Item={items} has {states} states"
        found = check(spec, Node=1, Item=items, properties=[name], engine="reference").property(name)
        assert found.trace is not None
        assert one.result.trace is not None
        assert len(found.trace) == len(one.result.trace) == states
        fewer = check(spec, Node=3, Item=items - 1, properties=[name], engine="reference")
        assert fewer.verdict is Verdict.HOLDS
    run(["prove", "toy_consensus::FickleToyConsensus", "--format", "json"])
    data = json.loads(capsys.readouterr().out)
    sizes = {one["name"]: one["trace_sizes"] for one in data["properties"]}
    assert sizes["decisions_have_a_quorum"] == {"Node": 1, "Value": 2}
    assert sizes["something_is_decided"] is None


@pytest.mark.parametrize(
    ("system", "name", "size", "less"),
    [(Byzantine(f=1), "three", 4, 3), (FastPaxos(), "fast_and_two_classic", 5, 4)],
    ids=str,
)
def test_the_explorer_looks_where_the_quorums_of_the_run_are_meant_to_be(
    system: QuorumSystem, name: str, size: int, less: int
) -> None:
    """Where other quorums speak against a property at few members, and the run's own at more."""
    phases = {key: f", phase={key!r}" if system.phases else "" for key in ("fast", "classic")}
    text = SHARE.format(**phases)
    if system.phases:
        text = text.replace("quorums(Node)", "quorums(Node, phase='classic')")
    spec = spec_of(text, "Share")
    one = indoubt.prove(spec, quorums=system, properties=[name]).property(name)
    assert (one.status, one.sizes) == (Status.VIOLATED, {"Node": size})
    asked: dict[str, Any] = {"quorums": system, "properties": [name], "engine": "reference"}
    assert check(spec, Node=size, **asked).verdict is Verdict.VIOLATED
    assert check(spec, Node=less, **asked).verdict is Verdict.HOLDS


def test_where_there_is_no_initial_state_is_told() -> None:
    """It was said that the state is not among the 0 reachable ones; a violation is found at larger sizes."""
    rows = dict(indoubt.prove(spec_of(NOWHERE.replace("MORE", "n in self.seen"), "Nowhere")).rows)
    assert rows["explorer"] == "no initial state at Node=1, Node=2, Node=3"
    one = indoubt.prove(spec_of(NOWHERE.replace("MORE", "True"), "Nowhere")).property("nothing")
    assert (one.status, one.sizes) == (Status.VIOLATED, {"Node": 2})
    assert one.against is not None
    assert one.against.reachable == "is not reachable at Node=1, where there is no initial state"


def test_where_a_violation_was_looked_for_is_told() -> None:
    """Of what is not proved."""
    proof = indoubt.prove("two_phase")
    assert dict(proof.rows)["explorer"] == ("no violation of consistent, unanimous, irrevocable at RM=1, RM=2, RM=3")
    assert "explorer" not in dict(indoubt.prove("toy_consensus").rows)

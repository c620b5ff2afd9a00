"""Parameters of large types: few values are tried where a guard says which, and no step is lost."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import dedent, indent
from typing import Any

import pytest
from spec_texts import section, spec_of
from test_agreement import agree

from indoubt.explorer.backends.candidates import Candidates
from indoubt.explorer.backends.closures import Frame
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.breadth_first import explore

HEADER = """
from __future__ import annotations

from indoubt.specs.language import *


class Node(Sort): ...


class Rank(Ordered): ...


class Append(Message):
    sender: Node
    to: Node
    rank: Rank
    old: Rank | None


class Reply(Message):
    sender: Node


class Machine(Spec):
    msgs: Set[Append | Reply] = empty()
    appends: Set[Append] = empty()
    boxes: Map[Node, Set[Append]] = every(empty())
    replies: Set[Reply] = empty()
    log: Seq[Append] = empty()
    bag: Bag[Append] = empty()
    last: Map[Node, Append | None] = every(None)
    seen: Set[Node] = empty()
    on: bool = False

    @action
    def send(self, n: Node, r: Rank) -> None:
        require(len(self.appends) < 2)
        m = Append(n, n, r, None)
        self.msgs.add(m)
        self.msgs.add(Reply(n))
        self.appends.add(m)
        self.boxes[n].add(m)
        self.replies.add(Reply(n))
        self.log.append(m)
        self.bag.add(m)
        self.last[n] = m
        self.seen.add(n)

    @action
    def step({parameters}) -> None:
        {body}
"""
GIVEN = {"Node": 2, "Rank": 2, "log": 2, "bag": 2}
LARGE = {"Node": 3, "Rank": 3, "log": 2, "bag": 2}
"""With these, there are 108 messages of the kind `Append`, and no more than two have been sent."""

FOUND: dict[str, tuple[str, str]] = {
    "in a set": ("self, m: Append", "require(m in self.appends)"),
    "in a set of a union": ("self, m: Append", "require(m in self.msgs)"),
    "of a union, in a set of one of its kinds": (
        "self, m: Append | Reply",
        "require(isinstance(m, Append) and m in self.appends)",
    ),
    "in a set of a map": ("self, n: Node, m: Append", "require(m in self.boxes[n])"),
    "in a set of a map, at a key that is chosen later": ("self, m: Append, n: Node", "require(m in self.boxes[n])"),
    "in a sequence": ("self, m: Append", "require(m in self.log)"),
    "in a bag": ("self, m: Append", "require(m in self.bag)"),
    "in a set comprehension": (
        "self, n: Node, m: Append",
        "require(m in {x for x in self.appends if x.sender == n})",
    ),
    "in a variable that may be None": ("self, n: Node, m: Append", "require(self.last[n] == m)"),
    "or None": ("self, m: Append | None", "require(m is None or m in self.appends)"),
    "in one of two sets": ("self, n: Node, m: Append", "require(m in self.boxes[n] or m in self.appends)"),
    "in the set of somebody": ("self, m: Append", "require(any(m in self.boxes[n] for n in Node))"),
    "with others by and": (
        "self, n: Node, m: Append",
        "require(n in self.seen and m.to == n and m in self.appends and not self.on)",
    ),
    "behind a local name": (
        "self, n: Node, m: Append",
        "box = self.boxes[n]\nrequire(len(box) > 0)\nrequire(m in box)",
    ),
}


def machine(parameters: str, body: str, given: dict[str, int]) -> Machine:
    """The machine of a spec with a step of these parameters and this body, which turns `on` on and off."""
    spec = spec_of(text(parameters, body))
    return lower(spec, settle(spec, dict(given)))


def text(parameters: str, body: str) -> str:
    """The spec as text."""
    lines = indent(dedent(body) + "\nself.on = not self.on", " " * 8).lstrip()
    return HEADER.format(parameters=parameters, body=lines)


class Counter:
    """Counts the candidates of all parameters."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.most = 0
        original = Candidates.of

        def of(candidates: Candidates, state: Sequence[Any], frame: Frame) -> Sequence[Any]:
            found = original(candidates, state, frame)
            self.most = max(self.most, len(found))
            return found

        monkeypatch.setattr(Candidates, "of", of)


@pytest.mark.parametrize(("parameters", "body"), FOUND.values(), ids=FOUND.keys())
def test_few_values_are_tried_where_a_guard_says_which(
    monkeypatch: pytest.MonkeyPatch, parameters: str, body: str
) -> None:
    """Instead of 108 messages those that were sent, beside three nodes and ranks; the steps are the same."""
    lowered = machine(parameters, body, LARGE)
    counter = Counter(monkeypatch)
    before = explore(Reference(lowered)).counts
    assert counter.most >= 108
    counter.most = 0
    assert explore(Reference(prepared(lowered))).counts == before
    assert counter.most <= 3
    assert before.distinct > 20


@pytest.mark.parametrize(("parameters", "body"), FOUND.values(), ids=FOUND.keys())
def test_source_and_machine_agree_on_what_is_found(parameters: str, body: str) -> None:
    """With and without the passes, in small runs."""
    assert agree(spec_of(text(parameters, body)), 25, dict(LARGE)) == 25


SUBSETS: dict[str, tuple[str, str, int]] = {
    "of a set": ("self, s: Set[Append]", "require(s <= self.appends)", 4),
    "of a set, by a method": ("self, s: Set[Append]", "require(s.issubset(self.appends))", 4),
    "proper ones": ("self, s: Set[Append]", "require(s < self.appends)", 4),
    "of a set of a map": ("self, n: Node, s: Set[Append]", "require(s <= self.boxes[n])", 4),
    "of one kind": ("self, s: Set[Append]", "require(s <= self.msgs)", 4),
    "that are kept": ("self, n: Node, s: Set[Append]", "require(s == self.boxes[n])", 3),
}


@pytest.mark.parametrize(("parameters", "body", "most"), SUBSETS.values(), ids=SUBSETS.keys())
def test_subsets_of_what_is_there_are_tried_and_no_others(
    monkeypatch: pytest.MonkeyPatch, parameters: str, body: str, most: int
) -> None:
    """There are 2 ** 108 sets of messages, and four of two messages."""
    counter = Counter(monkeypatch)
    found = explore(Reference(prepared(machine(parameters, body, LARGE))))
    assert found.counts.distinct > 20
    assert counter.most <= most


@pytest.mark.parametrize(
    ("parameters", "body"),
    [
        ("self, s: Set[Node | Rank]", "require(s <= self.seen | {first(Rank)})"),
        ("self, n: Node, s: Set[Node]", "require(s <= self.seen)\nrequire(n in s)"),
        ("self, q: Quorum[Node]", "require(q <= self.seen)"),
        ("self, p: Permutation[Node]", "require(all(p[n] in self.seen for n in Node))"),
        ("self, t: Map[Node, Rank]", "require(all(t[n] != first(Rank) or n in self.seen for n in Node))"),
    ],
)
def test_source_and_machine_agree_on_sets_and_maps(parameters: str, body: str) -> None:
    """Sets beyond and below the size from which candidates are looked for; quorums are not just subsets."""
    assert agree(spec_of(text(parameters, body)), 25, {**LARGE, "Rank": 4}) == 25


def test_the_candidates_are_a_part_of_the_printed_machine() -> None:
    """A reader of the machine sees what a parameter ranges over, and the guards that are left."""
    lowered = machine("self, s: Set[Append], n: Node", "require(s <= self.appends)\nrequire(n in self.seen)", LARGE)
    assert section(prepared(lowered), "step").splitlines()[:2] == [
        "action step(s: Set[Append] in subsets(appends), n: Node in seen):",
        "    require (s subset of appends)",
    ]


def test_a_value_beyond_its_bound_is_no_candidate() -> None:
    """A comparison does not refuse a step, so a record that cannot be is simply not found."""
    body = """\
        class Vote(Message):
            sender: Node
            count: Annotated[int, Between(0, 3)]


        class Machine(Spec):
            total: Annotated[int, Between(0, 4)] = 0
            heard: Set[Vote] = empty()

            @action
            def count(self) -> None:
                self.total += 1

            @action
            def step(self, n: Node, v: Vote) -> None:
                require(v == Vote(n, self.total))
                self.heard = {v}
        """
    head = "from __future__ import annotations\nfrom typing import Annotated\nfrom indoubt.specs.language import *\n"
    spec = spec_of(head + "class Node(Sort): ...\n" + dedent(body))
    assert agree(spec, 300, {"Node": 17}) == sum(1 + 17 * votes for votes in (1, 2, 3, 4, 4))

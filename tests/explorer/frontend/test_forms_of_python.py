"""Forms that an author brings from Python: what can be understood means what it means there, and the rest is told."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import pytest
from spec_texts import spec_of
from test_agreement import agree

from indoubt import check
from indoubt.explorer.frontend.diagnostics import SpecError
from indoubt.explorer.frontend.lower import settle
from indoubt.specs.language import (
    Between,
    Map,
    Message,
    Seq,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    expect,
    initial,
    invariant,
    require,
)


class Node(Sort): ...


class Color(Enum):
    RED, GREEN = range(2)


class Hello(Message):
    sender: Node


class Habits(Spec):
    """Empty collections compared, typed empty collections, classes in patterns, guards by `expect`."""

    seen: Set[Node] = empty()
    queue: Seq[Node] = empty()
    box: Map[Node, Hello | Color | None] = every(None)
    who: Node | None = None
    count: Annotated[int, Between(0, 3)] = 0

    @action
    def fill(self, n: Node) -> None:
        """Nobody was seen, and nobody waits."""
        require(self.seen == set() and Seq() == self.queue)
        require(self.seen <= empty() and not Set() < self.seen)
        require(self.who != n)
        self.seen.update(m for m in Node if m != n)
        self.queue = Seq[Node]()
        self.queue.append(n)

    @action
    def drain(self) -> None:
        """As long as somebody waits."""
        require(self.queue != Seq())
        self.seen = Set[Node]()
        self.queue.clear()

    @action
    def send(self, n: Node, m: Node, c: Color) -> None:
        """Into an empty box, or over a color."""
        match self.box[n]:
            case None:
                self.box[n] = Hello(m)
            case Color():
                self.box[n] = c
            case Hello(sender=s):
                self.who = s

    @action
    def paint(self, n: Node, c: Color) -> None:
        """A message is there, and is painted over."""
        expect(self.box[n], Hello)
        self.box[n] = c

    @action
    def tell(self) -> None:
        """One step for somebody, none for nobody."""
        match self.who:
            case Node() as n:
                self.count = 1 if n in self.seen else 2
            case _:
                self.count = 0

    @invariant
    def numbers_are_integers(self) -> bool:
        """An interval holds integers."""
        return isinstance(self.count, int)  # pyright: ignore[reportUnnecessaryIsInstance]


class Chosen(Spec):
    """An interval whose end the run chooses: a literal may fit in one run, and not in another."""

    count: Annotated[int, Between(0, len(Node))] = 0
    limit: Annotated[int, Between(0, 3)]

    @initial
    def start(self) -> None:
        """The limit is a fixed number."""
        self.limit = 3

    @action
    def jump(self) -> None:
        """Three at once."""
        require(self.count < self.limit)
        self.count = 3


class Listed(Spec):
    """Maps that list their keys, in any order."""

    marks: Map[Color, bool] = every(False)
    turns: Map[Color | None, Annotated[int, Between(0, 2)]] = every(0)
    steps: Map[Annotated[int, Between(-1, 1)], bool] = every(False)
    sides: Map[bool, Color | None] = every(None)
    seen: Set[Map[Color, bool]] = empty()

    @action
    def mark(self, b: bool) -> None:
        self.marks = Map({Color.GREEN: b, Color.RED: not self.marks[Color.GREEN]})
        self.seen.add(Map({Color.GREEN: b, Color.RED: False}))

    @action
    def turn(self, b: bool) -> None:
        self.turns = Map({None: self.turns[Color.RED], Color.GREEN: self.turns[None] + 1, Color.RED: 1})
        self.steps = Map({1: b, -1: self.steps[0], 0: self.steps[1]})

    @action
    def compare(self) -> None:
        require(Map({Color.RED: False, Color.GREEN: True}) in self.seen)
        self.sides = Map(
            {True: Color.RED if self.marks == Map({Color.GREEN: True, Color.RED: True}) else None, False: None}
        )


def test_maps_that_list_their_keys() -> None:
    """The same map in Python and in the machine, whatever the order of the keys."""
    assert agree(Listed, 60, {}) == 60
    assert hash(Map({1: True, 2: False})) == hash(Map({2: False, 1: True}))


def test_forms_of_python_mean_what_they_mean_there() -> None:
    """The machine takes the steps of the plain class, in every state."""
    assert agree(Habits, 400, {"Node": 2, "queue": 2}) > 50


def test_a_literal_beyond_an_end_that_the_run_chooses_is_a_bound() -> None:
    """Two nodes are too few for it, which is no mistake of the author."""
    result = check(Chosen, Node=2)
    assert [action for _, action in result.envelope.bounds] == ["jump"]
    assert check(Chosen, Node=3).envelope.bounds == ()


def test_a_literal_beyond_fixed_ends_is_a_mistake() -> None:
    """No run could ever take the step."""
    spec = spec_of(
        "from typing import Annotated\nfrom indoubt.specs.language import *\n\n\n"
        "class Machine(Spec):\n    count: Annotated[int, Between(0, 3)] = 0\n\n"
        "    @action\n    def jump(self) -> None:\n        self.count = -1\n"
    )
    with pytest.raises(SpecError) as caught:
        check(spec)
    assert [one.code for one in caught.value.diagnostics] == ["S301"]
    assert "the integer `-1` is never in it" in caught.value.diagnostics[0].title


def test_a_mistake_is_told_before_a_size_that_is_missing() -> None:
    """What to write comes before what to run: the sizes may change with it."""
    spec = spec_of(
        "from indoubt.specs.language import *\n\n\nclass Node(Sort): ...\n\n\n"
        "class Machine(Spec):\n    done: bool = False\n\n"
        "    @action\n    def go(self, n: Node) -> None:\n        self.doen = True\n"
    )
    with pytest.raises(SpecError) as caught:
        settle(spec, {})
    assert [one.code for one in caught.value.diagnostics] == ["S101"]

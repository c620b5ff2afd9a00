"""Maps with keys that are made of parts: native code has their values where the reference interpreter has them."""

from __future__ import annotations

import pytest

from indoubt import check
from indoubt.specs.language import (
    Map,
    Record,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    initial,
    invariant,
    require,
)


class Node(Sort):
    """Who is spoken of."""


class Pair(Record):
    """Two fields of different sizes, the first an option."""

    a: Node | None
    on: bool


class Nested(Record):
    """A record with a record and a set inside."""

    flag: bool
    pair: Pair
    seen: Set[Node]


class ByPair(Spec):
    """Marks pairs; at first one is marked that is not in the middle of the order."""

    marked: Map[Pair, bool] = every(False)
    last: Pair = Pair(None, True)

    @initial
    def start(self) -> None:
        """The pair of nothing is marked."""
        self.marked[self.last] = True

    @action
    def mark(self, x: Node | None, on: bool) -> None:
        """Marks one more."""
        require(not self.marked[Pair(x, on)])
        self.last = Pair(x, on)
        self.marked[self.last] = True

    @invariant
    def last_is_marked(self) -> bool:
        """What was marked last is marked."""
        return self.marked[self.last]

    @invariant
    def none_is_on(self) -> bool:
        """No node is marked as on: falls in two states."""
        return all(not self.marked[Pair(n, True)] for n in Node)


class BySet(Spec):
    """Marks sets of nodes, and what is nested."""

    marked: Map[Set[Node], bool] = every(False)
    nested: Map[Nested, bool] = every(False)
    chosen: Set[Node] = empty()

    @action
    def choose(self, x: Node) -> None:
        """A node more."""
        self.chosen = self.chosen | {x}
        self.marked[self.chosen] = not self.marked[self.chosen]
        self.nested[Nested(False, Pair(x, True), self.chosen)] = True

    @invariant
    def single(self) -> bool:
        """A set of two is never marked: falls."""
        return not any(self.marked[frozenset({a, b})] for a in Node for b in Node if a != b)  # type: ignore[index]


@pytest.mark.parametrize("symmetry", [False, True])
@pytest.mark.parametrize(("spec", "size"), [(ByPair, 1), (ByPair, 2), (ByPair, 3), (BySet, 2)])
def test_native_code_and_the_interpreter_agree(spec: type[Spec], size: int, symmetry: bool) -> None:
    """Counts, verdicts and lengths, with states that differ in names alone taken as one and without."""
    for names in (None, ["last_is_marked"] if spec is ByPair else ["single"]):
        found = [
            check(spec, Node=size, engine=engine, symmetry=symmetry, properties=names)
            for engine in ("native", "reference")
        ]
        told = [
            (
                result.verdict,
                result.counts.distinct,
                result.counts.depth,
                [(one.name, one.verdict, one.trace and len(one.trace.steps)) for one in result.properties],
            )
            for result in found
        ]
        assert told[0] == told[1]

"""Permutations as parameters: only the one-to-one maps are tried, and a variable keeps one as a map."""

from __future__ import annotations

from enum import Enum
from math import factorial

import pytest
from test_agreement import agree

from indoubt import Verdict, check
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.values import encoded_members
from indoubt.explorer.passes.pipeline import prepared
from indoubt.specs.language import (
    Map,
    Message,
    Ordered,
    Permutation,
    Ring,
    Set,
    Spec,
    action,
    empty,
    initial,
    invariant,
    reachable,
    require,
    sizes,
)


class Node(Ordered): ...


class Place(Ring): ...


class Role(Enum):
    LEFT, RIGHT = range(2)


class Token(Message):
    at: Node
    identity: Node


class ChangRoberts(Spec):
    """Chang and Roberts' election in a ring whose identities stand in any order: the greatest token comes around."""

    ids: Map[Node, Node]
    sent: Set[Token] = empty()
    leader: Node | None = None

    @initial
    def place(self, ids: Permutation[Node]) -> None:
        """The identities are dealt out."""
        self.ids = ids

    def neighbour(self, n: Node) -> Node:
        """The next node of the ring: the identities are an order, so that the ring is closed by hand."""
        return min((m for m in Node if m > n), default=min(m for m in Node))

    @action
    def start(self, n: Node) -> None:
        """A node sends its identity around."""
        require(Token(self.neighbour(n), self.ids[n]) not in self.sent)
        self.sent.add(Token(self.neighbour(n), self.ids[n]))

    @action
    def receive(self, m: Token) -> None:
        """A node passes on what is greater than its own identity, and is elected by its own."""
        require(m in self.sent)
        if m.identity == self.ids[m.at]:
            self.leader = m.at
        elif m.identity > self.ids[m.at]:
            self.sent.add(Token(self.neighbour(m.at), m.identity))

    @invariant
    def the_greatest_is_elected(self) -> bool:
        """The leader has the greatest identity."""
        return self.leader is None or all(self.ids[self.leader] >= n for n in Node)

    @reachable
    def the_first_may_be_elected(self) -> bool:
        """Wherever the greatest identity stands."""
        return self.leader == min(n for n in Node)


class Shuffled(Spec):
    """Permutations of each kind of type, looked up, compared, handed to a helper and kept."""

    where: Map[Place, Place]
    roles: Map[Role, Role]
    kept: Set[Map[Place, Place]] = empty()

    @initial
    def deal(self, where: Permutation[Place], roles: Permutation[Role]) -> None:
        """Any two permutations."""
        self.where = where
        self.roles = roles

    def fixed(self, p: Permutation[Place]) -> set[Place]:
        """What a permutation leaves where it is."""
        return {n for n in Place if p[n] == n}

    @action
    def move(self, p: Permutation[Place]) -> None:
        """One permutation after the other."""
        require(len(self.fixed(p)) == 0)
        self.where = Map({n: p[self.where[n]] for n in Place})

    @action
    def keep(self, p: Permutation[Place]) -> None:
        """A permutation that is the present one is kept."""
        require(p == self.where)
        require(all(q != p for q in self.kept))
        self.kept.add(p)

    @action
    def swap(self, p: Permutation[Role]) -> None:
        """A permutation of an enum."""
        require(p[Role.LEFT] is Role.RIGHT)
        self.roles = Map({r: p[self.roles[r]] for r in Role})

    @invariant
    def stays_one_to_one(self) -> bool:
        """Permutations of permutations are permutations."""
        return all(any(self.where[m] == n for m in Place) for n in Place)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_there_is_one_initial_state_for_each_permutation(size: int) -> None:
    """N! of them, and every place is elected in one of them."""
    result = check(ChangRoberts, Node=size)
    assert result.verdict is Verdict.HOLDS
    assert result.counts.initial == factorial(size)


def test_only_permutations_are_candidates() -> None:
    """The N^N maps are never made: 8 nodes have 40,320 permutations and 16,777,216 maps."""
    chosen = settle(ChangRoberts, {"Node": 8})
    (choice,) = prepared(lower(ChangRoberts, chosen)).initial[0].choices
    assert choice.among is None
    with sizes(Node=8):
        assert len(encoded_members(choice.range)) == factorial(8)


def test_source_and_machine_agree_on_permutations() -> None:
    """Of a ring, an order and an enum; looked up, compared, kept in a set and given to a helper."""
    assert agree(ChangRoberts, 60, {"Node": 3}) == 60
    assert agree(Shuffled, 40, {"Place": 3}) == 40


def test_a_permutation_leaves_nothing_out() -> None:
    """Three places have two permutations without a fixed point; with both roles, 12 initial states."""
    result = check(Shuffled, Place=3)
    assert result.verdict is Verdict.HOLDS
    assert result.counts.initial == 6 * 2

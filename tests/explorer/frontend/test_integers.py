"""Integers below 0, signs and distances; the least and the greatest of what may be empty: as Python computes them."""

from __future__ import annotations

from typing import Annotated

import pytest
from spec_texts import spec_of
from test_agreement import agree

from indoubt import Verdict, check
from indoubt.runs.failing import SpecFailed
from indoubt.specs.language import (
    Between,
    Bound,
    Map,
    Ordered,
    Seq,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    invariant,
    reachable,
    require,
)

MOST = Bound(default=1)


class Node(Sort): ...


class Ballot(Ordered): ...


class Balances(Spec):
    """Integers around 0 in variables, maps, keys, sets, sequences and unions."""

    x: Annotated[int, Between(-2, 2)] = -1
    points: Map[Node, Annotated[int, Between(-2, 2)]] = every(-2)
    flags: Map[Annotated[int, Between(-1, 1)], bool] = every(False)
    last: Annotated[int, Between(-2, 2)] | None = None
    log: Seq[Annotated[int, Between(-2, 2)]] = empty()
    drawn: Set[Annotated[int, Between(-2, 2)]] = empty()

    @action
    def step(self, n: Node, y: Annotated[int, Between(-2, 2)]) -> None:
        """One point at a time."""
        require(abs(self.points[n] - y) == 1)
        self.points[n] = y

    @action
    def halve(self, n: Node) -> None:
        """Quotients are rounded down, and a map has negative keys."""
        self.x = -self.points[n] // 2
        self.flags[-self.x] = not self.flags[self.x]

    @action
    def fold(self, n: Node) -> None:
        """Remainders are never negative."""
        self.x = -abs(self.points[n]) * 3 % 2 - abs(-self.x)

    @action
    def push(self, y: Annotated[int, Between(-2, 2)]) -> None:
        """A sequence and a set of them."""
        self.log.append(-y)
        self.drawn.add(y)

    @action
    def look_back(self) -> None:
        """A negative index counts from the end."""
        require(len(self.log) > 0)
        require(self.x < 0)
        self.x = self.log[-abs(self.x) % 1 - 1]

    @action
    def extremes(self) -> None:
        """Of a sequence, a set and a generator, each of which may be empty."""
        self.x = min(self.log, default=2)
        self.last = max(self.drawn, default=None)

    @action
    def positive(self) -> None:
        """The default is computed in the state."""
        self.x = max((self.points[n] for n in Node if self.points[n] > 0), default=-abs(self.x))

    @invariant
    def bounded(self) -> bool:
        """Two nodes have at most four points less than nothing."""
        return sum(self.points[n] for n in Node) >= -4 and all(-3 < x < 3 for x in range(-2, self.x))


class Cuts(Spec):
    """Sequences cut at numbers below 0."""

    log: Seq[bool] = empty()

    @action
    def push(self, y: bool) -> None:
        """One more."""
        self.log.append(y)

    @action
    def cut(self, y: Annotated[int, Between(-2, 2)]) -> None:
        """A negative length is no length at all."""
        self.log.truncate(y)

    @action
    def pop(self) -> None:
        """The last one goes."""
        require(len(self.log) > 0)
        self.log.pop_last()


class Debts(Spec):
    """An interval whose lower end is the opposite of a named bound."""

    balance: Annotated[int, Between(-MOST, MOST)] = 0

    @action
    def pay(self) -> None:
        """The balance goes down."""
        self.balance -= 1

    @reachable
    def all_is_spent(self) -> bool:
        """As far as it goes."""
        return self.balance == -MOST and abs(self.balance) == abs(MOST)


class Highest(Spec):
    """The highest ballot that was seen, None before there is one."""

    seen: Set[Ballot] = empty()
    highest: Ballot | None = None

    @action
    def see(self, b: Ballot) -> None:
        """A ballot."""
        self.seen.add(b)
        self.highest = max(self.seen)

    @action
    def forget(self, b: Ballot) -> None:
        """None is left, perhaps."""
        self.seen.discard(b)
        self.highest = max(self.seen, default=None)

    @invariant
    def no_higher_one(self) -> bool:
        """What the name says."""
        return all(self.highest is not None and b <= self.highest for b in self.seen)


def test_source_and_machine_agree_below_zero() -> None:
    """Arithmetic, keys, indices, bounds and unions with negative integers."""
    assert agree(Balances, 120, {"Node": 2, "log": 1}) == 120
    assert agree(Cuts, 100, {"log": 3}) == 1 + 2 + 4 + 8
    assert agree(Highest, 100, {"Ballot": 3}) == 2**3


def test_the_opposite_of_a_named_bound_follows_the_run() -> None:
    """From 0 down to the bound that the run sets, or its default."""
    for result, distinct in ((check(Debts), 2), (check(Debts, MOST=4), 5)):
        assert result.verdict is Verdict.HOLDS
        assert result.counts.distinct == distinct


TAKEN = """
from __future__ import annotations
from typing import Annotated
from indoubt.specs.language import *


class Machine(Spec):
    log: Seq[bool] = Seq([True, False])
    drawn: Set[Annotated[int, Between(-2, 2)]] = empty()
    x: Annotated[int, Between(-2, 2)] = -1

    @action
    def step(self) -> None:
        {statement}
"""


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("self.log.remove_at(self.x)", "nothing to take out at index -1: the sequence has 2 elements"),
        ("self.x = max(self.drawn)", "`max` of an empty collection"),
        ("self.x = min(y for y in self.drawn)", "`min` of an empty collection"),
        ("self.x = max(self.drawn, default=min(self.drawn))", "`min` of an empty collection"),
    ],
)
def test_what_python_cannot_compute_is_a_located_mistake(statement: str, told: str) -> None:
    """A default is computed whether it is needed or not."""
    spec = spec_of(TAKEN.format(statement=statement))
    with pytest.raises((IndexError, ValueError)):
        spec(log=2).step()  # type: ignore[attr-defined]  # the class is made from text
    with pytest.raises(SpecFailed) as failed:
        check(spec, log=2)
    assert f"Machine.step(): {told}" in str(failed.value)
    assert ".py:14:" in str(failed.value)

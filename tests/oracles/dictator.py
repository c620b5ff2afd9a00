"""Consensus by a dictator, as the reference module Dictator: node 1 decides for everybody.

N and V are the sizes `N` and `V`, Crashes is the parameter `crashes`; node 1 is the first of N.
`FairDictator` has Termination, which fails as soon as the dictator may crash.

`agreement`, `integrity` and `validity` hold with any number of crashes. For V=2 and N=1, 2, 3 there are 6, 28, 120
distinct states and 2, 4, 8 initial ones without a crash; 84 for N=2 and one crash.
"""

from __future__ import annotations

from typing import Annotated, Self

from indoubt.specs.language import (
    Between,
    Fault,
    Map,
    Ordered,
    Parameter,
    Set,
    Sort,
    Spec,
    action,
    eventually,
    every,
    first,
    initial,
    invariant,
    require,
    step_invariant,
    weak,
)


class N(Ordered):
    """A node; the first is the dictator."""


class V(Sort):
    """A value to agree on."""


class Dictator(Spec):
    """One node picks among the proposals; all learn its choice."""

    crashes: Parameter[Annotated[int, Between(0, 99)]] = 0

    prop: Map[N, V]
    dec: Map[N, V | None] = every(None)
    up: Set[N]
    sent: V | None = None
    k: Annotated[int, Between(0, crashes)]

    @initial
    def start(self, prop: Map[N, V]) -> None:
        """Every node proposes some value."""
        self.prop = prop
        self.up = Set(N)
        self.k = self.crashes

    @action(fairness=weak())
    def decide(self, n: N) -> None:
        """The dictator picks the proposal of a node."""
        require(first(N) in self.up and self.sent is None)
        self.sent = self.prop[n]

    @action(fairness=weak("n"))
    def learn(self, n: N) -> None:
        """A node hears the dictator's decision."""
        require(n in self.up and self.sent is not None and self.dec[n] is None)
        self.dec[n] = self.sent

    @action(fault=Fault.CRASH)
    def crash(self, n: N) -> None:
        """A node stops for ever."""
        require(self.k > 0 and n in self.up)
        self.up.remove(n)
        self.k -= 1

    @invariant
    def agreement(self) -> bool:
        """No two nodes decide differently."""
        return all(self.dec[a] is None or self.dec[b] is None or self.dec[a] == self.dec[b] for a in N for b in N)

    @step_invariant
    def integrity(self, after: Self) -> bool:
        """No node decides twice."""
        return all(self.dec[n] is None or after.dec[n] == self.dec[n] for n in N)

    @invariant
    def validity(self) -> bool:
        """A decision was proposed by somebody."""
        return all(self.dec[n] is None or any(self.prop[m] == self.dec[n] for m in N) for n in N)


class FairDictator(Dictator):
    """With Termination, under the fairness of the module."""

    @eventually
    def termination(self, n: N) -> bool:
        """Every node decides, or crashes."""
        return n not in self.up or self.dec[n] is not None

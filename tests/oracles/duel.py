"""Dueling proposers, as the reference module Duel: one abstract acceptor, of the ballots only their relative order.

P is the size `P`. Leader is the parameter `leader`: false is its value "none", true makes the first proposer the only
one that may start a ballot. `FairDuel` has Termination under WFair, `StronglyFairDuel` under SFair. Under weak fairness
it fails for two proposers or more, by preparing in turn; strong fairness of Accept, or a leader, mends that.

There are 3, 9, 25 distinct states for P=1, 2, 3. The module has no other property; `decided` is here so that a run has
something to say.
"""

from enum import Enum

from indoubt.specs.language import (
    Map,
    Ordered,
    Parameter,
    Spec,
    action,
    eventually,
    every,
    first,
    reachable,
    require,
    strong,
    weak,
)


class P(Ordered):
    """A proposer."""


class Phase(Enum):
    IDLE, PREP = range(2)


class Duel(Spec):
    """Every proposer can overtake every other before it is accepted."""

    leader: Parameter[bool] = False

    prom: P | None = None
    ph: Map[P, Phase] = every(Phase.IDLE)
    dec: bool = False

    @action(fairness=weak("p"))
    def prepare(self, p: P) -> None:
        """A proposer starts a ballot above all others, and the acceptor promises to ignore those."""
        require(not self.dec and self.ph[p] is Phase.IDLE)
        require(not self.leader or p == first(P))
        self.ph[p] = Phase.PREP
        self.prom = p

    @action(fairness=weak("p"))
    def accept(self, p: P) -> None:
        """The acceptor accepts the ballot that it has promised to."""
        require(not self.dec and self.ph[p] is Phase.PREP and self.prom == p)
        self.dec = True

    @action(fairness=weak("p"))
    def nack(self, p: P) -> None:
        """A proposer learns that it was overtaken."""
        require(not self.dec and self.ph[p] is Phase.PREP and self.prom != p)
        self.ph[p] = Phase.IDLE

    @reachable
    def decided(self) -> bool:
        """A ballot can be accepted."""
        return self.dec


class FairDuel(Duel):
    """With Termination, under the formula WFair of the module."""

    @eventually
    def termination(self) -> bool:
        """A ballot is accepted."""
        return self.dec


class StronglyFairDuel(FairDuel):
    """Under the formula SFair: a proposer that gets its chance again and again takes it."""

    @action(fairness=strong("p"))
    def accept(self, p: P) -> None:
        """The acceptor accepts the ballot that it has promised to."""
        require(not self.dec and self.ph[p] is Phase.PREP and self.prom == p)
        self.dec = True

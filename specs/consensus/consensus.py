"""Consensus without a protocol: a value is chosen, once.

Source: the TLA+ module Consensus of Lamport, "Byzantizing Paxos by Refinement" (DISC 2011). It is what the
consensus protocols implement: no processes, no messages, only the set of chosen values.

Checked: 4 distinct states for three values, as TLC reports. `FickleConsensus` is the broken variant: with two values
it loses agreement in a trace of 3 states.
"""

from typing import Self

from indoubt.invariants.templates import integrity, uniform_agreement
from indoubt.specs.language import Set, Sort, Spec, action, empty, invariant, reachable, require, step_invariant


class Value(Sort):
    """What may be chosen."""


class Consensus(Spec):
    """Abstract consensus."""

    chosen: Set[Value] = empty()

    @action
    def choose(self, v: Value) -> None:
        """A value is chosen; none was before."""
        require(len(self.chosen) == 0)
        self.chosen.add(v)

    @invariant
    def agreement(self) -> bool:
        """At most one value is ever chosen."""
        return uniform_agreement(self.chosen)

    @step_invariant
    def chosen_once(self, after: Self) -> bool:
        """A chosen value stays chosen, and none joins it."""
        return integrity(self.chosen, after.chosen)

    @reachable
    def something_is_chosen(self) -> bool:
        """A value can be chosen."""
        return len(self.chosen) > 0


class FickleConsensus(Consensus):
    """Broken on purpose: a value is chosen although another one has been."""

    @action
    def choose(self, v: Value) -> None:
        """A value is chosen."""
        require(v not in self.chosen)
        self.chosen.add(v)

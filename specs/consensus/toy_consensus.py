"""Toy consensus: every node votes once, and a value that a quorum has voted for is decided.

Source: the example `toy_consensus` of Ivy (Padon, McMillan, Panda, Sagiv, Shoham, "Ivy: Safety Verification by
Interactive Generalization", PLDI 2016). It may get stuck, when votes are split; it never decides two values, because
any two quorums share a node. Proved for every number of nodes and values by `indoubt prove toy_consensus`.

``FickleToyConsensus`` is the broken variant: nodes vote again, and two values are decided in a trace of 5 states with
one node.
"""

from indoubt.specs.language import (
    Map,
    Quorum,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    invariant,
    quorums,
    reachable,
    require,
)


class Node(Sort):
    """Who votes."""


class Value(Sort):
    """What may be decided."""


class ToyConsensus(Spec):
    """Consensus by one round of votes."""

    vote: Map[Node, Value | None] = every(None)
    """What each node has voted for."""
    decided: Set[Value] = empty()
    """The values that somebody has decided."""

    @action
    def cast(self, n: Node, v: Value) -> None:
        """A node votes, once."""
        require(self.vote[n] is None)
        self.vote[n] = v

    @action
    def decide(self, v: Value, q: Quorum[Node]) -> None:
        """A value is decided that all of a quorum have voted for."""
        require(all(self.vote[n] == v for n in q))
        self.decided.add(v)

    @invariant
    def agreement(self) -> bool:
        """At most one value is decided."""
        return all(v == w for v in self.decided for w in self.decided)

    @invariant
    def decisions_have_a_quorum(self) -> bool:
        """A decided value has the votes of a quorum."""
        return all(any(all(self.vote[n] == v for n in q) for q in quorums(Node)) for v in self.decided)

    @reachable
    def something_is_decided(self) -> bool:
        """A value can be decided."""
        return len(self.decided) > 0


class FickleToyConsensus(ToyConsensus):
    """Broken on purpose: a node votes as often as it likes."""

    @action
    def cast(self, n: Node, v: Value) -> None:
        """A node votes, or changes its vote."""
        require(self.vote[n] != v)
        self.vote[n] = v

"""Paxos with a switch for each rule to break, as the reference module PaxosM.

A, V and MaxB are the sizes `A`, `V` and `MaxB` (`B`, the ballots, is the type of that size). Q1, Q2, Forget, ForgetBal,
Any1b, LowVal, No2bCheck, Strict2b, SameBal, MixBal and NoBump are the parameters `q1`, `q2`, `forget`, `forget_bal`,
`any1b`, `low_val`, `no2b_check`, `strict2b` (without effect, as in the module), `same_bal`, `mix_bal` and `no_bump`.
Ballot 0, "none yet", is None here. Messages are records instead of tuples, and P2a counts acceptors where the module
looks for a set of messages from different ones: such a set exists just if enough acceptors have sent one that may be in
it. TLC counts one step for each such set in `generated`, and this port one for all of them.

With majorities `agreement` and `validity` hold; distinct states and depths, and the length of the shortest
counterexample to `agreement` for every switch, are in the table of counts.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Annotated

from indoubt.specs.language import (
    Between,
    Fault,
    Map,
    Message,
    Ordered,
    Parameter,
    Set,
    Sort,
    Spec,
    action,
    before,
    empty,
    every,
    initial,
    invariant,
    require,
)


class A(Sort):
    """An acceptor."""


class V(Sort):
    """A value."""


class MaxB(Ordered):
    """A ballot, of those from 1 to MaxB."""


B = MaxB


class OneA(Message):
    """The leader of a ballot asks the acceptors to join it."""

    bal: B


class OneB(Message):
    """An acceptor has joined a ballot, and reports its last vote."""

    acc: A
    bal: B
    vb: B | None
    vv: V | None


class TwoA(Message):
    """The leader of a ballot proposes a value."""

    bal: B
    val: V


class TwoB(Message):
    """An acceptor votes for a value in a ballot."""

    acc: A
    bal: B
    val: V


class PaxosM(Spec):
    """Single-decree Paxos over a growing set of messages."""

    q1: Parameter[Annotated[int, Between(0, 99)]]
    q2: Parameter[Annotated[int, Between(0, 99)]]
    forget: Parameter[Annotated[int, Between(0, 99)]] = 0
    """How often an acceptor restarts with nothing."""
    forget_bal: Parameter[Annotated[int, Between(0, 99)]] = 0
    """How often an acceptor restarts with its vote, but without its promise."""
    any1b: Parameter[bool] = False
    """The leader ignores the votes that it hears of."""
    low_val: Parameter[bool] = False
    """The leader takes the lowest vote instead of the highest."""
    no2b_check: Parameter[bool] = False
    """An acceptor votes below its promise."""
    strict2b: Parameter[bool] = False
    same_bal: Parameter[bool] = False
    """Two leaders may use the same ballot."""
    mix_bal: Parameter[bool] = False
    """The leader counts promises for older ballots too."""
    no_bump: Parameter[bool] = False
    """A vote does not raise the promise."""

    mb: Map[A, B | None] = every(None)
    vb: Map[A, B | None] = every(None)
    vv: Map[A, V | None] = every(None)
    msgs: Set[OneA | OneB | TwoA | TwoB] = empty()
    f: Annotated[int, Between(0, forget)]
    g: Annotated[int, Between(0, forget_bal)]

    @initial
    def start(self) -> None:
        """No fault is spent."""
        self.f = self.forget
        self.g = self.forget_bal

    @action(by="leader")
    def p1a(self, b: B) -> None:
        """The leader of a ballot asks the acceptors to join it."""
        require(OneA(b) not in self.msgs)
        self.msgs.add(OneA(b))

    @action
    def p1b(self, a: A, b: B) -> None:
        """An acceptor joins a ballot above its promise."""
        require(OneA(b) in self.msgs and before(self.mb[a], b))
        self.mb[a] = b
        self.msgs.add(OneB(a, b, self.vb[a], self.vv[a]))

    @action(by="leader")
    def p2a(self, b: B, v: V) -> None:
        """The leader of a ballot proposes a value that the promises of a quorum allow."""
        require(OneA(b) in self.msgs and TwoA(b, v) not in self.msgs)
        require(self.same_bal or not any(TwoA(b, w) in self.msgs for w in V))
        require(self.is_free(b) or self.is_reported(b, v))
        self.msgs.add(TwoA(b, v))

    @action
    def p2b(self, a: A, b: B, v: V) -> None:
        """An acceptor votes for a proposal that is not below its promise."""
        require(TwoA(b, v) in self.msgs and TwoB(a, b, v) not in self.msgs)
        require(self.no2b_check or not before(b, self.mb[a]))
        if not self.no_bump and before(self.mb[a], b):
            self.mb[a] = b
        self.vb[a] = b
        self.vv[a] = v
        self.msgs.add(TwoB(a, b, v))

    @action(fault=Fault.RESTART)
    def do_forget(self, a: A) -> None:
        """An acceptor restarts with nothing."""
        require(self.f > 0 and self.mb[a] is not None)
        self.f -= 1
        self.mb[a] = None
        self.vb[a] = None
        self.vv[a] = None

    @action(fault=Fault.RESTART)
    def do_forget_bal(self, a: A) -> None:
        """An acceptor restarts with its vote, but without its promise."""
        require(self.g > 0 and before(self.vb[a], self.mb[a]))
        self.g -= 1
        self.mb[a] = self.vb[a]

    def one(self, b: B) -> AbstractSet[OneB]:
        """The promises that the leader of ballot `b` counts."""
        return {m for m in self.msgs if isinstance(m, OneB) and (m.bal == b or (self.mix_bal and m.bal < b))}

    def is_free(self, b: B) -> bool:
        """Whether a quorum has promised without reporting a vote that binds the leader of `b`."""
        return len({m.acc for m in self.one(b) if self.any1b or m.vb is None}) >= self.q1

    def is_reported(self, b: B, v: V) -> bool:
        """Whether a promise reports `v`, and a quorum that includes its sender reports nothing that comes before it."""
        return any(
            m.vb is not None
            and m.vv == v
            and len({n.acc for n in self.one(b) if n.vb is None or self.yields(n.vb, m.vb)}) >= self.q1
            for m in self.one(b)
        )

    def yields(self, other: B, chosen: B) -> bool:
        """Whether the leader prefers a vote in ballot `chosen` to one in ballot `other`, or has no preference."""
        return other >= chosen if self.low_val else other <= chosen

    def chosen(self) -> AbstractSet[V]:
        """The values that enough acceptors have voted for in one ballot."""
        return {v for v in V if any(len({a for a in A if TwoB(a, b, v) in self.msgs}) >= self.q2 for b in B)}

    @invariant
    def agreement(self) -> bool:
        """At most one value is chosen."""
        return len(self.chosen()) <= 1

    @invariant
    def validity(self) -> bool:
        """Only values are proposed."""
        return all(not isinstance(m, TwoA) or m.val in V for m in self.msgs)

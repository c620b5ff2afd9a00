"""Skeen's three-phase commit, as the reference module ThreePC.

N is the size `N`, the participants 1 to N; Crashes, PFD, Term, Rank and Recover are the parameters `crashes`, `pfd`,
`term`, `rank` and `recover`. The coordinator, the module's site 0, is None where a participant could stand too, and its
part of `up` and of each `susp[r]` is the variables `c_up` and `c_susp`: an action of the module over 0..N is one over
N and one for the coordinator.

TLC takes the disjunctions in a guard apart, and counts a step for each part that is true: hence the parameters of CCom
and Obey that do not change what happens.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import (
    Between,
    Fault,
    Map,
    Message,
    Ordered,
    Parameter,
    Set,
    Spec,
    action,
    before,
    empty,
    eventually,
    every,
    initial,
    invariant,
    require,
    weak,
)


class N(Ordered):
    """A participant; the lower of two is the older one."""


class State(Enum):
    """The local states, Skeen's letters."""

    Q, W, P, C, A = range(5)


class Term(Enum):
    """How participants go on without the coordinator."""

    NAIVE, SKEEN = range(2)


class Req(Message):
    """The coordinator asks for the votes."""


class Yes(Message):
    """A participant can commit."""

    sender: N


class No(Message):
    """A participant has aborted."""

    sender: N


class Order(Message):
    """Move to W or P, or the decision C or A; from the coordinator, if `sender` is None."""

    sender: N | None
    state: State


class Ack(Message):
    """Participant `sender` has obeyed the order of `leader`, the coordinator if it is None."""

    leader: N | None
    sender: N


class ThreePC(Spec):
    """One coordinator, and a termination protocol for when it is gone."""

    crashes: Parameter[Annotated[int, Between(0, 99)]] = 0
    pfd: Parameter[bool] = True
    """A site is suspected only after it has crashed."""
    term: Parameter[Term] = Term.SKEEN
    rank: Parameter[bool] = True
    """Orders of an older coordinator are ignored once a younger one has been heard."""
    recover: Parameter[bool] = False
    """A crashed participant may come back as if it had never been away."""

    cs: State = State.Q
    st: Map[N, State] = every(State.Q)
    c_up: bool = True
    up: Set[N]
    c_susp: Set[N] = empty()
    susp: Map[N, Set[N]] = every(empty())
    lead: Map[N, N | None] = every(None)
    tgt: Map[N, State | None] = every(None)
    msgs: Set[Req | Yes | No | Order | Ack] = empty()
    k: Annotated[int, Between(0, crashes)]

    @initial
    def start(self) -> None:
        """Everybody is up and no crash is spent."""
        self.up = Set(N)
        self.k = self.crashes

    @action(fairness=weak(group="coordinator"))
    def c_req(self) -> None:
        """The coordinator asks for the votes."""
        require(self.c_up and self.cs is State.Q)
        self.cs = State.W
        self.msgs.add(Req())

    @action(fairness=weak(group="coordinator"))
    def c_pre(self) -> None:
        """The coordinator has a yes from everybody, and says so."""
        require(self.c_up and self.cs is State.W and all(Yes(r) in self.msgs for r in N))
        self.cs = State.P
        self.msgs.add(Order(None, State.P))

    @action(fairness=weak(group="coordinator"))
    def c_com(self, heard: Map[N, bool]) -> None:
        """The coordinator commits: everybody is heard, or known to have crashed."""
        require(self.c_up and self.cs is State.P)
        require(all(Ack(None, r) in self.msgs if heard[r] else self.pfd and r not in self.up for r in N))
        self.cs = State.C
        self.msgs.add(Order(None, State.C))

    @action(fairness=weak(group="coordinator"))
    def c_abt(self) -> None:
        """The coordinator aborts: somebody voted no, has crashed, or may have."""
        require(self.c_up and self.cs is State.W)
        require(any(No(r) in self.msgs or r not in self.up or not self.pfd for r in N))
        self.cs = State.A
        self.msgs.add(Order(None, State.A))

    @action(fairness=weak("r", group="site"))
    def p_yes(self, r: N) -> None:
        """A participant votes yes."""
        require(r in self.up and self.st[r] is State.Q and Req() in self.msgs)
        self.st[r] = State.W
        self.msgs.add(Yes(r))

    @action
    def p_no(self, r: N) -> None:
        """A participant votes no, and aborts."""
        require(r in self.up and self.st[r] is State.Q)
        self.st[r] = State.A
        self.msgs.add(No(r))

    @action(fairness=weak("r", group="site"))
    def obey(self, r: N, m: Order, moves: bool) -> None:
        """A participant in doubt moves to the state that it is told, or is in it; and acknowledges."""
        require(r in self.up and self.is_in_doubt(r) and self.tgt[r] is None)
        require(m in self.msgs and m.sender != r and (m.state is State.W or m.state is State.P))
        require(not self.rank or not before(m.sender, self.lead[r]))
        require(m.state is not self.st[r] if moves else Ack(m.sender, r) not in self.msgs)
        self.st[r] = m.state
        if before(self.lead[r], m.sender):
            self.lead[r] = m.sender
        self.msgs.add(Ack(m.sender, r))

    @action(fairness=weak("r", group="site"))
    def learn(self, r: N, m: Order) -> None:
        """A participant learns a decision from anybody."""
        require(r in self.up and self.is_undecided(r))
        require(m in self.msgs and (m.state is State.C or m.state is State.A))
        self.st[r] = m.state

    @action(fairness=weak("r", group="site"))
    def tell(self, r: N, m: Order) -> None:
        """A participant that has decided answers one that takes over."""
        require(r in self.up and not self.is_undecided(r) and Order(r, self.st[r]) not in self.msgs)
        require(m in self.msgs and m.sender is not None and m.sender != r)
        require(m.state is State.W or m.state is State.P)
        self.msgs.add(Order(r, self.st[r]))

    @action(fairness=weak("r", group="site"))
    def suspect(self, r: N, s: N) -> None:
        """A participant believes another dead."""
        require(r in self.up and s != r and s not in self.susp[r] and (not self.pfd or s not in self.up))
        self.susp[r].add(s)

    @action(fairness=weak("r", group="site"))
    def suspect_coordinator(self, r: N) -> None:
        """A participant believes the coordinator dead."""
        require(r in self.up and r not in self.c_susp and (not self.pfd or not self.c_up))
        self.c_susp.add(r)

    @action(fairness=weak("r", group="site"))
    def naive(self, r: N) -> None:
        """Without the coordinator, a participant in P commits and any other aborts."""
        require(self.term is Term.NAIVE and r in self.up and r in self.c_susp and self.is_undecided(r))
        self.st[r] = State.C if self.st[r] is State.P else State.A

    @action(fairness=weak("r", group="site"))
    def take(self, r: N) -> None:
        """The oldest site that believes itself alive takes over, and moves everybody to its own state."""
        require(self.term is Term.SKEEN and r in self.up and self.tgt[r] is None)
        require(r in self.c_susp and all(s in self.susp[r] for s in N if s < r))
        self.lead[r] = r
        self.tgt[r] = self.st[r]
        if self.st[r] is State.Q:
            self.st[r] = State.A
        self.msgs.add(Order(r, self.st[r]))

    @action(fairness=weak("r", group="site"))
    def finish(self, r: N) -> None:
        """The one that took over has moved everybody that it believes alive, and decides."""
        require(r in self.up and self.is_in_doubt(r) and (self.tgt[r] is State.W or self.tgt[r] is State.P))
        require(all(s in self.susp[r] or s == r or Ack(r, s) in self.msgs for s in N))
        self.st[r] = State.C if self.tgt[r] is State.P else State.A
        self.msgs.add(Order(r, self.st[r]))

    @action(fault=Fault.CRASH)
    def crash(self, s: N) -> None:
        """A participant stops."""
        require(s in self.up and self.k > 0)
        self.k -= 1
        self.up.remove(s)

    @action(fault=Fault.CRASH)
    def crash_coordinator(self) -> None:
        """The coordinator stops."""
        require(self.c_up and self.k > 0)
        self.k -= 1
        self.c_up = False

    @action(fault=Fault.RESTART)
    def back(self, r: N) -> None:
        """A participant comes back with its old state."""
        require(self.recover and r not in self.up)
        self.up.add(r)
        self.tgt[r] = None

    def is_in_doubt(self, r: N) -> bool:
        """Whether a participant has voted yes and knows no decision."""
        return self.st[r] is State.W or self.st[r] is State.P

    def is_undecided(self, r: N) -> bool:
        """Whether a participant has not decided."""
        return self.st[r] is State.Q or self.is_in_doubt(r)

    @invariant
    def atomicity(self) -> bool:
        """No site commits while another aborts."""
        return (
            not any(self.st[r] is State.C and self.st[s] is State.A for r in N for s in N)
            and not any(self.cs is State.C and self.st[r] is State.A for r in N)
            and not any(self.cs is State.A and self.st[r] is State.C for r in N)
        )


class FairThreePC(ThreePC):
    """With Termination, under the formula Fair of the module."""

    @eventually
    def termination(self) -> bool:
        """All participants that are up decide."""
        return all(r not in self.up or self.st[r] is State.C or self.st[r] is State.A for r in N)

"""Leader stability under partial connectivity, as the reference modules FlakyRaft and FlakyRaftMC.

N is the size `N`; PreVote and CheckQuorum are the parameters `pre_vote` and `check_quorum`. Links, a set of pairs of
nodes, is the method `linked`: all pairs in `FlakyRaft`, one of the topologies of the module in `FlakyRaftMC`, by its
parameter `topo`; a subclass that overrides it has any other. `FairFlakyRaft` has Stable and SameLeader, which is what
the module is about.

Every graph has N + 1 states, all of them initial: each node leading, or none.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Annotated

from indoubt.specs.language import (
    Between,
    Ordered,
    Parameter,
    Set,
    Spec,
    action,
    eventually_always,
    initial,
    reachable,
    require,
    weak,
)


class N(Ordered):
    """A node."""


class FlakyRaft(Spec):
    """Elections of Raft with terms left out: `lead` is the leader of the highest term."""

    pre_vote: Parameter[bool] = False
    """A node that hears the leader refuses to elect another."""
    check_quorum: Parameter[bool] = False
    """A leader that hears no majority steps down."""

    lead: N | None

    @initial
    def start(self, lead: N | None) -> None:
        """Any node leads, or none."""
        self.lead = lead

    @action(fairness=weak())
    def step_down(self) -> None:
        """A leader without a majority gives up."""
        lead = self.lead
        require(self.check_quorum and lead is not None and not self.is_majority(self.voters(lead)))
        self.lead = None

    @action(fairness=weak("i"))
    def campaign(self, i: N) -> None:
        """A node that hears no leader wins an election, or unseats the leader by its higher term, or nothing."""
        require(self.lead != i and not self.hears(i))
        if self.is_majority(self.grants(i)):
            self.lead = i
        elif not self.pre_vote and any(self.hears(j) for j in self.voters(i)):
            self.lead = None

    def linked(self, i: N, j: N) -> bool:
        """Whether two different nodes can talk to each other."""
        return i != j

    def connected(self, i: N, j: N) -> bool:
        """Whether `i` hears `j`; every node hears itself."""
        return i == j or self.linked(i, j)

    def is_majority(self, nodes: AbstractSet[N]) -> bool:
        """Whether more than half of the nodes are in a set."""
        return 2 * len(nodes) > len(N)

    def hears(self, j: N) -> bool:
        """Whether `j` hears the leader, if there is one."""
        lead = self.lead
        return lead is not None and self.connected(j, lead)

    def voters(self, i: N) -> AbstractSet[N]:
        """The nodes that `i` can ask for their votes."""
        return {j for j in N if self.connected(i, j)}

    def grants(self, i: N) -> AbstractSet[N]:
        """The nodes that would vote for `i`."""
        return {j for j in self.voters(i) if not self.pre_vote or j == i or not self.hears(j)}

    @reachable
    def can_be_good(self) -> bool:
        """A node that reaches a majority can lead."""
        lead = self.lead
        return lead is not None and self.is_majority(self.voters(lead))


class Topo(Enum):
    """The topologies of FlakyRaftMC; the last digit is the number of nodes."""

    FULL3, CHAIN3, BLOG5, HUB5, RING5, CHAIN4 = range(6)


Pair = Annotated[int, Between(0, 99)]
"""Two nodes, counted from 1, as a number of two digits: 23 for nodes 2 and 3."""


class FlakyRaftMC(FlakyRaft):
    """The topologies that were checked."""

    topo: Parameter[Topo] = Topo.FULL3

    def links(self) -> Set[Pair]:
        """The pairs of nodes that are linked, smaller node first."""
        if self.topo is Topo.FULL3:
            return Set((12, 13, 23))
        if self.topo is Topo.CHAIN3:
            return Set((13, 23))
        if self.topo is Topo.BLOG5:
            return Set((12, 13, 23, 24, 35))
        if self.topo is Topo.HUB5:
            return Set((12, 13, 14, 15))
        if self.topo is Topo.RING5:
            return Set((12, 23, 34, 45, 15))
        return Set((12, 23, 34))

    def linked(self, i: N, j: N) -> bool:
        """Whether the pair is linked in the topology."""
        return 10 * self.number(min(i, j)) + self.number(max(i, j)) in self.links()

    def number(self, i: N) -> int:
        """The number of a node, from 1."""
        return sum(1 for j in N if j <= i)


class FairFlakyRaft(FlakyRaftMC):
    """With the properties of the module, under its fairness."""

    @eventually_always
    def stable(self) -> bool:
        """From some point on, some node leads that reaches a majority."""
        lead = self.lead
        return lead is not None and self.is_majority(self.voters(lead))

    @eventually_always(some="leader")
    def same_leader(self, leader: N) -> bool:
        """From some point on, one and the same node leads."""
        return self.lead == leader

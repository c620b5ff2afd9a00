"""The lowest member leads, as the reference module LowestId: views come from each node's own detector, or are agreed.

N is the size `N`, Agreed the parameter `agreed`. The module's node i is the member i - 1 of N, and an epoch is counted
by a member of N too: its `x > ep[n] + 1` reads `x > ep[n]` here.

With views of their own, `one_leader` fails in a trace of 2 states for N=2, 3, 4: node 2 drops node 1. With agreed views
`one_leader_per_epoch` holds in 4, 27, 256 distinct states; `one_leader` still fails, with length 2, since
views are installed at different times.
"""

from indoubt.specs.language import (
    Map,
    Ordered,
    Parameter,
    Set,
    Spec,
    action,
    every,
    first,
    initial,
    invariant,
    last,
    require,
)


class N(Ordered):
    """A node, or the number of an epoch."""


class LowestId(Spec):
    """Whoever sees nobody below itself believes that it leads."""

    agreed: Parameter[bool] = False

    view: Map[N, Set[N]]
    ep: Map[N, N]

    @initial
    def start(self) -> None:
        """Everybody sees everybody."""
        self.view = every(Set(N))
        self.ep = every(first(N))

    @action
    def drop(self, n: N, m: N) -> None:
        """A node believes another one dead."""
        require(not self.agreed and m in self.view[n] and m != n)
        self.view[n].remove(m)

    @action
    def add(self, n: N, m: N) -> None:
        """A node hears from another one again."""
        require(not self.agreed and m not in self.view[n])
        self.view[n].add(m)

    @action
    def install(self, n: N) -> None:
        """A node installs the next agreed view; the views drop node 1, then node 2, and so on."""
        require(self.agreed and self.ep[n] != last(N))
        self.view[n] = Set(x for x in N if x > self.ep[n])
        self.ep[n] = self.ep[n].next()

    def leads(self, n: N) -> bool:
        """Whether `n` is the lowest member of its own view."""
        return n in self.view[n] and all(n <= m for m in self.view[n])

    @invariant
    def one_leader(self) -> bool:
        """At most one node believes that it leads."""
        return len({n for n in N if self.leads(n)}) <= 1

    @invariant
    def one_leader_per_epoch(self) -> bool:
        """Two nodes that believe to lead are in different epochs."""
        return all(a == b or not (self.leads(a) and self.leads(b) and self.ep[a] == self.ep[b]) for a in N for b in N)

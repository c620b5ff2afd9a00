"""Recovery without a disk in Viewstamped Replication, as the reference module VRRecover.

There are one operation and one change of the view.

N is the size `N`; Crashes, Nonce and SkipRecovery are the parameters `crashes`, `nonce` and `skip_recovery`. Replica 1,
the primary, is the first of N. The module's `resp`, a set of tuples (sender, receiver, nonce, has the operation), is
here the map from receiver, nonce and sender to the answers given, which has the same values.

`not_lost` holds with nonces: 250 distinct states for N=3 and one crash. Without, it holds for one crash and fails for
two, of one backup, in a trace of 11 states. If recovery is skipped, one crash is enough: 6.
"""

from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import (
    Between,
    Fault,
    Map,
    Ordered,
    Parameter,
    Set,
    Spec,
    action,
    empty,
    every,
    first,
    initial,
    invariant,
    require,
)


class N(Ordered):
    """A replica; the first is the primary."""


class VRRecover(Spec):
    """Backups lose everything in a crash and ask the others; at most F are down or recovering at once."""

    crashes: Parameter[Annotated[int, Between(0, 99)]] = 0
    nonce: Parameter[bool] = True
    """Answers are tied to the recovery that asked for them."""
    skip_recovery: Parameter[bool] = False

    has: Map[N, bool] = every(False)
    is_normal: Map[N, bool] = every(True)
    """The module's `st`: "normal" or, if not, "rec"."""
    inc: Map[N, Annotated[int, Between(0, crashes)]] = every(0)
    resp: Map[N, Map[Annotated[int, Between(0, crashes)], Map[N, Set[bool]]]] = every(every(every(empty())))
    acks: Set[N] = empty()
    com: bool = False
    lost: bool = False
    k: Annotated[int, Between(0, crashes)]

    @initial
    def start(self) -> None:
        """No crash is spent."""
        self.k = self.crashes

    def f(self) -> int:
        """How many replicas may be away."""
        return len(N) // 2

    def tie(self, i: N) -> int:
        """The nonce of the recovery that replica `i` is in."""
        return self.inc[i] if self.nonce else 0

    @action
    def request(self) -> None:
        """The primary gets the operation."""
        require(self.is_normal[first(N)] and not self.has[first(N)])
        self.has[first(N)] = True
        self.acks.add(first(N))

    @action
    def prepare_ok(self, i: N) -> None:
        """A backup gets the operation from the primary and acknowledges it."""
        require(self.is_normal[i] and i != first(N) and not self.has[i] and first(N) in self.acks)
        self.has[i] = True
        self.acks.add(i)

    @action
    def commit(self) -> None:
        """The primary commits on a majority of acknowledgements."""
        require(self.is_normal[first(N)] and not self.com and len(self.acks) > self.f())
        self.com = True

    @action(fault=Fault.CRASH)
    def crash(self, i: N) -> None:
        """A backup crashes and comes back with nothing."""
        require(i != first(N) and self.k > 0 and self.is_normal[i])
        require(len({j for j in N if not self.is_normal[j]}) < self.f())
        self.k -= 1
        self.has[i] = False
        self.inc[i] += 1
        self.is_normal[i] = self.skip_recovery

    @action(fault=Fault.CRASH)
    def again(self, i: N) -> None:
        """A backup crashes while it recovers."""
        require(self.k > 0 and not self.is_normal[i])
        self.k -= 1
        self.inc[i] += 1

    @action
    def respond(self, j: N, i: N) -> None:
        """A replica tells a recovering one what it has."""
        require(self.is_normal[j] and not self.is_normal[i] and j != i)
        require(self.has[j] not in self.resp[i][self.tie(i)][j])
        self.resp[i][self.tie(i)][j].add(self.has[j])

    @action
    def recover(self, i: N, has: bool) -> None:
        """A replica with enough answers takes over what the primary has told it."""
        require(not self.is_normal[i])
        require(len({j for j in N if len(self.resp[i][self.tie(i)][j]) > 0}) > self.f())
        require(has in self.resp[i][self.tie(i)][first(N)])
        self.has[i] = has
        self.is_normal[i] = True

    @action
    def view_change(self, q: Set[N]) -> None:
        """A quorum without the primary starts a new view with the best log among them."""
        require(not self.lost and first(N) not in q and len(q) > self.f())
        require(all(self.is_normal[i] for i in q))
        self.lost = self.com and not any(self.has[i] for i in q)

    @invariant
    def not_lost(self) -> bool:
        """A committed operation is held by every quorum that could change the view."""
        return not self.lost

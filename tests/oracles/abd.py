"""The atomic register of Attiya, Bar-Noy and Dolev, as the reference module ABD: one writer, several readers.

N and Readers are the sizes `N` and `Readers`; MaxW, QR, QW and WriteBack are the parameters `max_w`, `qr`, `qw` and
`write_back`. Values are their timestamps. Where both parts of the disjunction in WInv are true, TLC counts two steps:
hence its parameter `first`.

`atomic` holds for N=3, max_w=1 and quorums of 2: 454 distinct states with one reader. Without the second phase of a
read it holds for one reader (255), and fails for two in a trace of 11 states. Quorums that need not meet break it:
see the table of counts.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import (
    Between,
    Map,
    Parameter,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    initial,
    invariant,
    require,
)


class N(Sort):
    """A replica."""


class Readers(Sort):
    """A reader."""


class Phase(Enum):
    IDLE, QUERY, WB, DONE = range(4)


class ABD(Spec):
    """A register whose readers ask a quorum, and write back what they return."""

    max_w: Parameter[Annotated[int, Between(0, 99)]] = 1
    qr: Parameter[Annotated[int, Between(0, 99)]]
    """How many replicas a reader asks."""
    qw: Parameter[Annotated[int, Between(0, 99)]]
    """How many replicas must have a value that is written, or written back."""
    write_back: Parameter[bool] = True

    ts: Map[N, Annotated[int, Between(0, max_w)]] = every(0)
    wts: Annotated[int, Between(0, max_w)] = 0
    wack: Set[N]
    rph: Map[Readers, Phase] = every(Phase.IDLE)
    rts: Map[Readers, Annotated[int, Between(0, max_w)]] = every(0)
    rq: Map[Readers, Set[N]] = every(empty())
    low: Map[Readers, Annotated[int, Between(0, max_w)]] = every(0)
    """The highest timestamp that was complete when a read began."""
    done: Annotated[int, Between(0, max_w)] = 0
    bad: bool = False

    @initial
    def start(self) -> None:
        """Every replica has the first value."""
        self.wack = Set(N)

    @action
    def w_inv(self, first: bool) -> None:
        """The writer begins to write the first value, or the next one."""
        require(len(self.wack) >= self.qw and self.wts < self.max_w)
        require(self.wts == 0 if first else self.done >= self.wts)
        self.wts += 1
        self.wack.clear()

    @action
    def w_rep(self, i: N) -> None:
        """A replica takes the value that is being written."""
        require(i not in self.wack)
        self.wack.add(i)
        self.ts[i] = max(self.ts[i], self.wts)

    @action
    def w_ret(self) -> None:
        """The writer has heard from a quorum."""
        require(self.wts > 0 and len(self.wack) >= self.qw and self.done < self.wts)
        self.done = self.wts

    @action
    def r_inv(self, r: Readers) -> None:
        """A reader begins."""
        require(self.rph[r] is Phase.IDLE)
        self.rph[r] = Phase.QUERY
        self.rts[r] = 0
        self.rq[r].clear()
        self.low[r] = self.done

    @action
    def r_qry(self, r: Readers, i: N) -> None:
        """A replica answers a reader."""
        require(self.rph[r] is Phase.QUERY and i not in self.rq[r] and len(self.rq[r]) < self.qr)
        self.rq[r].add(i)
        self.rts[r] = max(self.rts[r], self.ts[i])

    @action
    def r_wb(self, r: Readers) -> None:
        """A reader with enough answers begins to write back the newest."""
        require(self.write_back and self.rph[r] is Phase.QUERY and len(self.rq[r]) == self.qr)
        self.rph[r] = Phase.WB
        self.rq[r].clear()

    @action
    def r_wb_rep(self, r: Readers, i: N) -> None:
        """A replica takes the value that a reader writes back."""
        require(self.rph[r] is Phase.WB and i not in self.rq[r] and len(self.rq[r]) < self.qw)
        self.rq[r].add(i)
        self.ts[i] = max(self.ts[i], self.rts[r])

    @action
    def r_ret(self, r: Readers) -> None:
        """A reader returns."""
        require(
            (not self.write_back and self.rph[r] is Phase.QUERY and len(self.rq[r]) == self.qr)
            or (self.rph[r] is Phase.WB and len(self.rq[r]) == self.qw)
        )
        self.rph[r] = Phase.DONE
        self.bad = self.bad or self.rts[r] < self.low[r]
        self.done = max(self.done, self.rts[r])

    @invariant
    def atomic(self) -> bool:
        """No read returns a value older than one that was acknowledged or returned before it began."""
        return not self.bad

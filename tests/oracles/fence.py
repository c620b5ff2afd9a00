"""A lock with sessions and fencing tokens, as the reference module Fence.

C is the size `C`; MaxTok, Fencing and Sessions are the parameters `max_tok`, `fencing` and `sessions`. The module's log
is empty or the pair of the last two tokens that the storage has seen; here it is a map of both, which are 0 while there
are none: a client that writes has a token above 0.

    sessions                  mutual_belief fails, length 4, fencing or not
    sessions, no fencing      no_stale_write fails, length 6
    sessions, fencing         no_stale_write holds: 85 distinct states for C=2, max_tok=2
    no sessions               both hold: 41 distinct states
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import Between, Map, Parameter, Sort, Spec, action, every, invariant, require


class C(Sort):
    """A client."""


class Recent(Enum):
    """The last two tokens, latest first: positions 1 and 2 of the module's log."""

    LAST, BEFORE = range(2)


class Fence(Spec):
    """A lock service that may expire its holder, clients that notice late, and a storage that may check tokens."""

    max_tok: Parameter[Annotated[int, Between(0, 99)]] = 2
    fencing: Parameter[bool] = True
    sessions: Parameter[bool] = True

    own: C | None = None
    tok: Annotated[int, Between(0, max_tok)] = 0
    bel: Map[C, bool] = every(False)
    myt: Map[C, Annotated[int, Between(0, max_tok)]] = every(0)
    high: Annotated[int, Between(0, max_tok)] = 0
    log: Map[Recent, Annotated[int, Between(0, max_tok)]] = every(0)

    @action
    def expire(self) -> None:
        """The lock service gives up on the holder."""
        require(self.sessions and self.own is not None)
        self.own = None

    @action
    def acquire(self, c: C) -> None:
        """A client gets the lock, and the next token with it."""
        require(self.own is None and self.tok < self.max_tok and not self.bel[c])
        self.own = c
        self.tok += 1
        self.bel[c] = True
        self.myt[c] = self.tok

    @action
    def learn(self, c: C) -> None:
        """A client learns that it has lost the lock."""
        require(self.bel[c] and self.own != c)
        self.bel[c] = False

    @action
    def write(self, c: C) -> None:
        """A client that believes to hold the lock writes to the storage."""
        require(self.bel[c] and (not self.fencing or self.myt[c] >= self.high))
        self.high = max(self.high, self.myt[c])
        if self.log[Recent.LAST] != self.myt[c]:
            self.log[Recent.BEFORE] = self.log[Recent.LAST]
            self.log[Recent.LAST] = self.myt[c]

    @action
    def release(self, c: C) -> None:
        """The holder gives the lock back."""
        require(self.bel[c] and self.own == c)
        self.own = None
        self.bel[c] = False

    @invariant
    def mutual_belief(self) -> bool:
        """No two clients believe that they hold the lock."""
        return all(a == b or not (self.bel[a] and self.bel[b]) for a in C for b in C)

    @invariant
    def no_stale_write(self) -> bool:
        """Writes reach the storage in the order of their tokens."""
        return self.log[Recent.LAST] >= self.log[Recent.BEFORE]

"""Two-phase locking across databases, as the reference modules XALock and XALockMC: who can see a deadlock?

T and D, sets 1..n in XALockMC, are the parameters `t` and `d`, their sizes; Detect is the parameter `detect`. Order, a
function from transactions to sequences of databases, is the method `order` with `length`: in `XALock` itself every
transaction locks the database of its own number and then the next one, in a ring; a subclass that overrides the two has
another order. `XALockMC` chooses by its parameter `kind`. The recursion Reach is a loop in `abort`: what remains of the
waiting transactions when, again and again, those that wait for none of them are taken out, has a cycle.

The property is freedom from deadlock; states of the shortest trace, or distinct states:

    kind     t  d    detect=local   global   timeout
    cross    2  2    len 3          19       23
    ring3    3  3    len 4          60       111
    same     2  2    12             12       18
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import Between, Map, Parameter, Spec, action, every, require


class Detect(Enum):
    """Who aborts a transaction that waits: a database that sees a cycle in itself, one that sees all, or anybody."""

    LOCAL, GLOBAL, TIMEOUT = range(3)


class State(Enum):
    RUN, DONE, ABORT = range(3)


class XALock(Spec):
    """Transactions that lock one row in each of several databases until they commit; 0 owns a free row."""

    t: Parameter[Annotated[int, Between(1, 99)]] = 2
    d: Parameter[Annotated[int, Between(1, 99)]] = 2
    detect: Parameter[Detect] = Detect.LOCAL

    pc: Map[Annotated[int, Between(1, t)], Annotated[int, Between(1, d + 1)]] = every(1)
    own: Map[Annotated[int, Between(1, d)], Annotated[int, Between(0, t)]] = every(0)
    st: Map[Annotated[int, Between(1, t)], State] = every(State.RUN)

    def length(self, i: int) -> int:  # noqa: ARG002 - a subclass may tell transactions apart
        """How many databases transaction `i` locks."""
        return min(2, self.d)

    def order(self, i: int, place: int) -> int:
        """The database that transaction `i` locks in place 1, 2, and so on."""
        return (i + place - 2) % self.d + 1

    @action
    def lock(self, i: Annotated[int, Between(1, t)]) -> None:
        """A transaction locks the next row, which is free."""
        require(self.st[i] is State.RUN and self.pc[i] <= self.length(i))
        require(self.own[self.order(i, self.pc[i])] == 0)
        self.own[self.order(i, self.pc[i])] = i
        self.pc[i] += 1

    @action
    def commit(self, i: Annotated[int, Between(1, t)]) -> None:
        """A transaction that has all its locks commits and releases them."""
        require(self.st[i] is State.RUN and self.pc[i] > self.length(i))
        self.st[i] = State.DONE
        for at in self.own:
            if self.own[at] == i:
                self.own[at] = 0

    @action
    def abort(self, i: Annotated[int, Between(1, t)]) -> None:
        """A transaction that waits is rolled back, if the detection says so."""
        stuck = {j for j in self.st if self.waits_for_any(j)}
        for _ in self.st:
            stuck = {j for j in stuck if any(self.waits(j, other) for other in stuck)}
        require(self.st[i] is State.RUN and self.waits_for_any(i))
        require(self.detect is not Detect.LOCAL or self.local_cycle())
        require(self.detect is not Detect.GLOBAL or len(stuck) > 0)
        self.st[i] = State.ABORT
        for at in self.own:
            if self.own[at] == i:
                self.own[at] = 0

    @action
    def done(self) -> None:
        """When no transaction runs, all is well for ever."""
        require(all(self.st[i] is not State.RUN for i in self.st))

    def waits_at(self, i: int, other: int, at: int) -> bool:
        """Whether transaction `i` waits for `other` at a database."""
        return (
            self.st[i] is State.RUN
            and self.pc[i] <= self.length(i)
            and self.order(i, self.pc[i]) == at
            and self.own[at] == other
            and i != other
        )

    def waits(self, i: int, other: int) -> bool:
        """Whether transaction `i` waits for `other`."""
        return any(self.waits_at(i, other, at) for at in self.own)

    def waits_for_any(self, i: int) -> bool:
        """Whether transaction `i` waits for any other."""
        return any(self.waits(i, other) for other in self.st)

    def local_cycle(self) -> bool:
        """Whether two transactions wait for each other at one database."""
        return any(
            self.waits_at(i, j, at) and self.waits_at(j, i, at) for at in self.own for i in self.st for j in self.st
        )


class Kind(Enum):
    """The orders of XALockMC: crosswise, all alike, and in a ring; SAMEDB is what CROSS is."""

    CROSS, SAME, RING3, SAMEDB = range(4)


class XALockMC(XALock):
    """The orders that were checked: `t` and `d` are 3 for RING3 and 2 for the others."""

    kind: Parameter[Kind] = Kind.CROSS

    def order(self, i: int, place: int) -> int:
        """Alike: database 1, then 2. Otherwise the database of its own number, then the next in a ring."""
        return place if self.kind is Kind.SAME else (i + place - 2) % self.d + 1

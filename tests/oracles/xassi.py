"""Write skew across two databases, as the reference module XASSI: each site sees the conflicts of its own rows only.

T1 reads x and writes y, T2 reads y and writes x, and x and y live in different databases. Mode is the parameter `mode`;
transactions and rows are enums here.

With `mode=local` both commit, and `serializable` fails in a trace of 7 states. It holds with one graph of conflicts for
all sites, `mode=global_` (25 distinct states), and with distributed strict two-phase locking, `mode=two_pl` (20).
"""

from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Map, Parameter, Set, Spec, action, empty, every, invariant, require


class Mode(Enum):
    """Serializable snapshots that know a site, or all sites; or readers that lock ("2pl")."""

    LOCAL, GLOBAL_, TWO_PL = range(3)


class T(Enum):
    T1, T2 = range(2)


class Row(Enum):
    X, Y = range(2)


class Step(Enum):
    READ, WRITE, COMMIT = range(3)


class State(Enum):
    RUN, COMMIT, ABORT = range(3)


class XASSI(Spec):
    """Two transactions, each reading what the other writes."""

    mode: Parameter[Mode] = Mode.LOCAL

    pc: Map[T, Step] = every(Step.READ)
    st: Map[T, State] = every(State.RUN)
    sl: Map[Row, Set[T]] = every(empty())
    """Who holds a shared lock on a row."""
    saw: Map[T, bool] = every(False)
    """Whether the other had committed when a transaction read."""

    def other(self, t: T) -> T:
        """The other transaction."""
        return T.T2 if t is T.T1 else T.T1

    def reads(self, t: T) -> Row:
        """The row that `t` reads."""
        return Row.X if t is T.T1 else Row.Y

    def writes(self, t: T) -> Row:
        """The row that `t` writes."""
        return Row.Y if t is T.T1 else Row.X

    @action
    def read(self, t: T) -> None:
        """A transaction reads, in a snapshot or under a shared lock."""
        u = self.other(t)
        require(self.st[t] is State.RUN and self.pc[t] is Step.READ)
        require(self.mode is not Mode.TWO_PL or not (self.st[u] is State.RUN and self.pc[u] is Step.COMMIT))
        self.pc[t] = Step.WRITE
        if self.mode is Mode.TWO_PL:
            self.sl[self.reads(t)].add(t)
        self.saw[t] = self.st[u] is State.COMMIT

    @action
    def write(self, t: T) -> None:
        """A transaction writes; with locks, if nobody else holds a shared one."""
        require(self.st[t] is State.RUN and self.pc[t] is Step.WRITE)
        require(self.mode is not Mode.TWO_PL or not self.is_locked_out(t))
        self.pc[t] = Step.COMMIT

    @action
    def commit(self, t: T) -> None:
        """A transaction in no danger, as far as its sites can see, commits."""
        require(self.st[t] is State.RUN and self.pc[t] is Step.COMMIT and not self.danger(t))
        self.st[t] = State.COMMIT
        for row in Row:
            self.sl[row].discard(t)

    @action
    def abort(self, t: T) -> None:
        """A transaction is rolled back, being in danger or locked out."""
        is_stuck = self.mode is Mode.TWO_PL and self.pc[t] is Step.WRITE and self.is_locked_out(t)
        require(self.st[t] is State.RUN and (self.danger(t) or is_stuck))
        self.st[t] = State.ABORT
        for row in Row:
            self.sl[row].discard(t)

    def is_locked_out(self, t: T) -> bool:
        """Whether another transaction has a shared lock on the row that `t` writes."""
        return any(u is not t for u in self.sl[self.writes(t)])

    def rw(self, t: T, u: T) -> bool:
        """Whether `t` has read what `u` writes without seeing that write."""
        return (
            self.pc[t] is not Step.READ
            and not self.saw[t]
            and self.pc[u] is Step.COMMIT
            and self.reads(t) is self.writes(u)
            and self.st[t] is not State.ABORT
            and self.st[u] is not State.ABORT
        )

    def danger(self, t: T) -> bool:
        """Whether a site that sees all finds conflicts in both directions; a site of one row sees one at most."""
        u = self.other(t)
        return self.mode is Mode.GLOBAL_ and self.rw(t, u) and self.rw(u, t)

    @invariant
    def serializable(self) -> bool:
        """The two do not both commit if each has read before the write of the other."""
        return not (
            self.st[T.T1] is State.COMMIT
            and self.st[T.T2] is State.COMMIT
            and self.rw(T.T1, T.T2)
            and self.rw(T.T2, T.T1)
        )

"""Peterson's lock: two processes, two flags and a turn, no atomic step but a read or a write.

Source: Peterson, "Myths about the Mutual Exclusion Problem" (IPL 12:3, 1981); `q` and `turn` are his names. Each action
reads or writes one shared variable, so the two tests that a process waits for are two steps, in either order. A process
need not want to enter; from the step after that on it goes on, also in its critical section: weak fairness of each
process, as in Lamport, "Specifying Systems" (2002), ch. 8, under which whoever wants enters.

Checked, against a search in plain Python: 26 distinct states, 46 generated, depth 7. Broken variants: ``TurnFirst``
loses mutual exclusion in a trace of 7 states, and in ``StaysInside`` one process keeps the other waiting for ever.
"""

from __future__ import annotations

from enum import Enum

from indoubt.specs.language import (
    Map,
    Ring,
    Spec,
    action,
    every,
    initial,
    invariant,
    leads_to,
    reachable,
    require,
    weak,
)


class Process(Ring, size=2):
    """A process; `.next()` is the other one."""


class At(Enum):
    """Where a process is: the program counter."""

    NONCRITICAL, WANTS, WAITS, CRITICAL, LEAVES = range(5)


class Peterson(Spec):
    """Peterson's solution for two processes."""

    at: Map[Process, At] = every(At.NONCRITICAL)
    q: Map[Process, bool] = every(False)
    turn: Process

    @initial
    def any_turn(self, p: Process) -> None:
        """It does not matter whose turn it is at first."""
        self.turn = p

    @action
    def raise_flag(self, p: Process) -> None:
        """q_p := true."""
        require(self.at[p] is At.NONCRITICAL)
        self.q[p] = True
        self.at[p] = At.WANTS

    @action(fairness=weak("p", group="process"))
    def set_turn(self, p: Process) -> None:
        """Turn := p: who comes last waits."""
        require(self.at[p] is At.WANTS)
        self.turn = p
        self.at[p] = At.WAITS

    @action(fairness=weak("p", group="process"))
    def see_no_flag(self, p: Process) -> None:
        """Wait until not q_other ..."""
        require(self.at[p] is At.WAITS and not self.q[p.next()])
        self.at[p] = At.CRITICAL

    @action(fairness=weak("p", group="process"))
    def see_turn(self, p: Process) -> None:
        """... or turn = other."""
        require(self.at[p] is At.WAITS and self.turn == p.next())
        self.at[p] = At.CRITICAL

    @action(fairness=weak("p", group="process"))
    def leave(self, p: Process) -> None:
        """The critical section ends."""
        require(self.at[p] is At.CRITICAL)
        self.at[p] = At.LEAVES

    @action(fairness=weak("p", group="process"))
    def lower_flag(self, p: Process) -> None:
        """q_p := false."""
        require(self.at[p] is At.LEAVES)
        self.q[p] = False
        self.at[p] = At.NONCRITICAL

    @invariant
    def mutual_exclusion(self) -> bool:
        """No two processes are in their critical sections."""
        return not all(self.at[p] is At.CRITICAL for p in Process)

    @invariant
    def flags_tell(self) -> bool:
        """A flag is up from the first step of the entry to the last of the exit."""
        return all(self.q[p] == (self.at[p] is not At.NONCRITICAL) for p in Process)

    @leads_to
    def whoever_wants_enters(self, p: Process) -> tuple[bool, bool]:
        """A process that has raised its flag gets into its critical section."""
        return self.at[p] is At.WANTS, self.at[p] is At.CRITICAL

    @reachable
    def one_waits_for_the_other(self) -> bool:
        """A process can be in its critical section while the other waits."""
        return any(self.at[p] is At.CRITICAL and self.at[p.next()] is At.WAITS for p in Process)


class TurnFirst(Peterson):
    """Broken on purpose: a process sets the turn before it raises its flag."""

    @action
    def raise_flag(self, p: Process) -> None:
        """Turn := p, too early."""
        require(self.at[p] is At.NONCRITICAL)
        self.turn = p
        self.at[p] = At.WANTS

    @action(fairness=weak("p", group="process"))
    def set_turn(self, p: Process) -> None:
        """q_p := true, too late."""
        require(self.at[p] is At.WANTS)
        self.q[p] = True
        self.at[p] = At.WAITS

    @invariant
    def flags_tell(self) -> bool:
        """A flag is up while its process waits, is in its critical section or leaves it."""
        return all(self.q[p] == (self.at[p] not in {At.NONCRITICAL, At.WANTS}) for p in Process)


class StaysInside(Peterson):
    """Broken on purpose: a process may stay in its critical section for ever."""

    @action
    def leave(self, p: Process) -> None:
        """The critical section ends, if it ends."""
        require(self.at[p] is At.CRITICAL)
        self.at[p] = At.LEAVES

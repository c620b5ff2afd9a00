"""Lamport's mutual exclusion: requests are granted in the order of their time stamps, by logical clocks and without a
server.

Source: Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System" (CACM 21:7, 1978), the algorithm
with rules 1 to 5; actions and variables after Merz's TLA+ module LamportMutex (tlaplus/examples). Channels keep their
order. Clocks are bounded by the order `Time`; a step that would count beyond is not taken.

Checked, against a search in plain Python, with network=4, of which three are needed; distinct states / depth:

    Proc, Time   2, 2       2, 3        2, 4        2, 6         2, 8         3, 2        3, 3
                 56 / 15    191 / 22    401 / 28    1043 / 40    1981 / 52    511 / 15    10209 / 31

Broken variants, two processes and three times: ``WithoutTies`` loses mutual exclusion in a trace of 9 states,
``WithoutAcks`` in one of 5.
"""

from __future__ import annotations

from indoubt.specs.language import (
    Map,
    Message,
    Ordered,
    Seq,
    Set,
    Spec,
    action,
    before,
    empty,
    every,
    expect,
    first,
    invariant,
    reachable,
    require,
)


class Proc(Ordered):
    """A process. The order breaks ties between equal time stamps."""


class Time(Ordered):
    """What a clock shows."""


class Request(Message):
    """Its sender asks for the resource."""

    clock: Time


class Ack(Message):
    """Its sender has seen a request."""


class Release(Message):
    """Its sender gives the resource back."""


class LamportMutex(Spec):
    """Mutual exclusion of processes with logical clocks."""

    clock: Map[Proc, Time] = every(first(Time))
    req: Map[Proc, Map[Proc, Time | None]] = every(every(None))
    """The request of each process, as each process knows it."""
    ack: Map[Proc, Set[Proc]] = every(empty())
    """The processes that have acknowledged the request of each process."""
    network: Map[Proc, Map[Proc, Seq[Request | Ack | Release]]] = every(every(Seq()))
    """The messages on the way from one process to another, the oldest first."""
    crit: Set[Proc] = empty()

    def beats(self, p: Proc, q: Proc) -> bool:
        """As far as `p` knows, its request comes before the one of `q`."""
        mine = self.req[p][p]
        other = self.req[p][q]
        return other is None or before(mine, other) or (mine == other and p < q)

    @action
    def request(self, p: Proc) -> None:
        """A process asks everybody for the resource (rule 1)."""
        require(self.req[p][p] is None)
        self.req[p][p] = self.clock[p]
        self.ack[p] = Set({p})
        for q in Proc:
            if q != p:
                self.network[p][q].append(Request(self.clock[p]))

    @action
    def receive_request(self, p: Proc, q: Proc) -> None:
        """A process notes the request of another, sets its clock behind it and acknowledges (rule 2)."""
        require(len(self.network[q][p]) > 0)
        m = expect(self.network[q][p][0], Request)
        self.network[q][p].pop_first()
        self.req[p][q] = m.clock
        self.clock[p] = m.clock.next() if m.clock > self.clock[p] else self.clock[p].next()
        self.network[p][q].append(Ack())

    @action
    def receive_ack(self, p: Proc, q: Proc) -> None:
        """A process is told that another has seen its request."""
        require(len(self.network[q][p]) > 0)
        require(isinstance(self.network[q][p][0], Ack))
        self.network[q][p].pop_first()
        self.ack[p].add(q)

    @action
    def enter(self, p: Proc) -> None:
        """A process has the resource: everybody has acknowledged, and its request is the first (rule 5)."""
        require(self.req[p][p] is not None and p not in self.crit)
        require(all(q in self.ack[p] for q in Proc))
        require(all(self.beats(p, q) for q in Proc if q != p))
        self.crit.add(p)

    @action
    def leave(self, p: Proc) -> None:
        """A process gives the resource back (rule 3)."""
        require(p in self.crit)
        self.crit.remove(p)
        self.req[p][p] = None
        self.ack[p] = empty()
        for q in Proc:
            if q != p:
                self.network[p][q].append(Release())

    @action
    def receive_release(self, p: Proc, q: Proc) -> None:
        """A process forgets the request of another (rule 4)."""
        require(len(self.network[q][p]) > 0)
        require(isinstance(self.network[q][p][0], Release))
        self.network[q][p].pop_first()
        self.req[p][q] = None

    @invariant
    def mutual_exclusion(self) -> bool:
        """At most one process has the resource."""
        return len(self.crit) <= 1

    @invariant
    def bounded_network(self) -> bool:
        """No channel ever holds more than three messages."""
        return all(len(self.network[p][q]) <= 3 for p in Proc for q in Proc)

    @reachable
    def somebody_waits(self) -> bool:
        """A process can have the resource while everybody else asks for it."""
        return len(self.crit) == 1 and all(self.req[p][p] is not None for p in Proc)


class WithoutTies(LamportMutex):
    """Broken on purpose: equal time stamps are not told apart."""

    def beats(self, p: Proc, q: Proc) -> bool:
        """As far as `p` knows, no request is earlier than its own."""
        return not before(self.req[p][q], self.req[p][p])


class WithoutAcks(LamportMutex):
    """Broken on purpose: a process does not wait for acknowledgements."""

    @action
    def enter(self, p: Proc) -> None:
        """A process takes the resource if its request is the first that it knows of."""
        require(self.req[p][p] is not None and p not in self.crit)
        require(all(self.beats(p, q) for q in Proc if q != p))
        self.crit.add(p)

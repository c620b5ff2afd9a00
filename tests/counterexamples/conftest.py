"""Two small specs and traces of them, driven by hand."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import pytest

from indoubt.counterexamples.record import record
from indoubt.counterexamples.trace import Trace
from indoubt.specs.language import (
    Between,
    Fault,
    Map,
    Message,
    Ordered,
    Parameter,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    initial,
    invariant,
    reachable,
    require,
    step_invariant,
)


class Site(Ordered):
    """A participant; the coordinator is `None`."""


class Phase(Enum):
    WORKING, WAITING, PRECOMMITTED, COMMITTED, ABORTED = range(5)


class Ask(Message): ...


class Yes(Message):
    site: Site


class PreCommit(Message): ...


class Ack(Message):
    site: Site


class Decide(Message):
    sender: Site | None
    phase: Phase


class MoveTo(Message):
    leader: Site


class Moved(Message):
    site: Site


AnyMessage = Ask | Yes | PreCommit | Ack | Decide | MoveTo | Moved
DECIDED = (Phase.COMMITTED, Phase.ABORTED)


class SplitCommit(Spec):
    """Three-phase commit with the termination protocol, cut short to what a trace needs."""

    partitions: Parameter[Annotated[int, Between(0, 2)]] = 1
    coordinator_phase: Phase = Phase.WORKING
    phase: Map[Site, Phase] = every(Phase.WORKING)
    leads: Map[Site, bool] = every(False)
    msgs: Set[AnyMessage] = empty()
    crashed: Set[Site | None] = empty()
    cut_off: Set[Site | None] = empty()
    partitions_left: Annotated[int, Between(0, 2)]

    @initial
    def start(self) -> None:
        self.partitions_left = self.partitions

    def hear(self, a: Site | None, b: Site | None) -> bool:
        return (a in self.cut_off) == (b in self.cut_off)

    @action(by="coordinator")
    def ask(self) -> None:
        """The coordinator asks for the votes."""
        require(self.coordinator_phase is Phase.WORKING)
        self.coordinator_phase = Phase.WAITING
        self.msgs.add(Ask())

    @action
    def vote_yes(self, s: Site) -> None:
        """A site votes yes and waits for the outcome."""
        require(self.phase[s] is Phase.WORKING)
        require(Ask() in self.msgs)
        self.phase[s] = Phase.WAITING
        self.msgs.add(Yes(s))

    @action(by="coordinator")
    def precommit(self) -> None:
        """The coordinator has every vote and says so."""
        require(self.coordinator_phase is Phase.WAITING)
        require(all(Yes(s) in self.msgs for s in Site))
        self.coordinator_phase = Phase.PRECOMMITTED
        self.msgs.add(PreCommit())

    @action
    def obey(self, s: Site) -> None:
        """A site learns that everybody voted yes."""
        require(self.phase[s] is Phase.WAITING)
        require(self.hear(s, None))
        require(PreCommit() in self.msgs)
        self.phase[s] = Phase.PRECOMMITTED
        self.msgs.add(Ack(s))

    @action(by="coordinator")
    def commit(self) -> None:
        """The coordinator commits: everybody whom it hears has acknowledged."""
        require(self.coordinator_phase is Phase.PRECOMMITTED)
        require(None not in self.crashed)
        require(all(not self.hear(s, None) or Ack(s) in self.msgs for s in Site))
        self.coordinator_phase = Phase.COMMITTED
        self.msgs.add(Decide(None, Phase.COMMITTED))

    @action
    def learn(self, s: Site, m: Decide) -> None:
        """A site adopts a decision."""
        require(m in self.msgs)
        require(self.phase[s] not in DECIDED)
        require(self.hear(s, m.sender))
        self.phase[s] = m.phase

    @action
    def take_over(self, s: Site) -> None:
        """The oldest site that no longer hears the coordinator leads the termination."""
        require(self.phase[s] is Phase.WAITING)
        require(not self.hear(s, None) or None in self.crashed)
        require(not self.leads[s])
        self.leads[s] = True
        self.msgs.add(MoveTo(s))

    @action
    def follow(self, s: Site) -> None:
        """A site moves to the phase of the new leader."""
        require(any(isinstance(m, MoveTo) and m.leader != s and self.hear(s, m.leader) for m in self.msgs))
        require(Moved(s) not in self.msgs)
        self.msgs.add(Moved(s))

    @action
    def give_up(self, s: Site) -> None:
        """The leader was waiting, and so are all it hears: it aborts."""
        require(self.leads[s])
        require(all(r == s or not self.hear(r, s) or Moved(r) in self.msgs for r in Site))
        self.phase[s] = Phase.ABORTED
        self.msgs.add(Decide(s, Phase.ABORTED))

    @action(fault=Fault.CRASH)
    def crash(self, s: Site | None) -> None:
        """A site stops."""
        require(s not in self.crashed)
        self.crashed.add(s)

    @action(fault=Fault.RESTART)
    def restart(self, s: Site | None) -> None:
        """A site comes back with the phase it was in."""
        require(s in self.crashed)
        self.crashed.discard(s)

    @action(fault=Fault.PARTITION)
    def cut(self, group: Set[Site]) -> None:
        """Nothing passes between `group` and all others from now on."""
        require(self.partitions_left > 0)
        require(len(self.cut_off) == 0 and len(group) > 0)
        self.partitions_left = self.partitions_left - 1
        for s in group:
            self.cut_off.add(s)

    @action(fault=Fault.HEAL)
    def heal(self) -> None:
        """Messages pass again."""
        require(len(self.cut_off) > 0)
        self.cut_off = empty()

    @invariant
    def agreement(self) -> bool:
        """No site commits while another aborts."""
        committed = self.coordinator_phase is Phase.COMMITTED or any(self.phase[s] is Phase.COMMITTED for s in Site)
        return not committed or not any(self.phase[s] is Phase.ABORTED for s in Site)

    @reachable
    def somebody_commits(self) -> bool:
        """Some site commits."""
        return any(self.phase[s] is Phase.COMMITTED for s in Site)


SPLIT: list[tuple[object, ...]] = [
    ("ask",),
    ("vote_yes", Site(0)),
    ("vote_yes", Site(1)),
    ("vote_yes", Site(2)),
    ("precommit",),
    ("obey", Site(0)),
    ("cut", Set([Site(1), Site(2)])),
    ("commit",),
    ("learn", Site(0), Decide(None, Phase.COMMITTED)),
    ("take_over", Site(1)),
    ("follow", Site(2)),
    ("give_up", Site(1)),
]
"""Steps of SplitCommit to a state in which one site has committed and another aborted."""


class Worker(Sort): ...


class Job(Message):
    worker: Worker


class Done(Message):
    worker: Worker


class Desk(Spec):
    """A desk hands out jobs through inboxes; small enough to check every message of a trace by eye."""

    desk_done: Set[Worker] = empty()
    desk_open: bool = True
    inbox: Map[Worker, Set[Job]] = every(empty())
    is_busy: Map[Worker, bool] = every(False)
    msgs: Set[Done] = empty()

    @action(by="desk")
    def hand_out(self, w: Worker) -> None:
        """The desk puts a job into an inbox."""
        require(self.desk_open)
        require(len(self.inbox[w]) == 0)
        self.inbox[w].add(Job(w))

    @action
    def work(self, w: Worker) -> None:
        """A worker takes the job that it finds."""
        require(any(job.worker == w for job in self.inbox[w]))
        require(not self.is_busy[w])
        self.is_busy[w] = True

    @action
    def finish(self, w: Worker) -> None:
        """A worker reports."""
        require(self.is_busy[w])
        self.is_busy[w] = False
        self.inbox[w] = empty()
        self.msgs.add(Done(w))

    @action(by="desk")
    def note(self, m: Done) -> None:
        """The desk reads a report."""
        require(m in self.msgs)
        require(m.worker not in self.desk_done)
        self.desk_done.add(m.worker)

    @action(by="desk")
    def close(self) -> None:
        """The desk closes when all have reported."""
        require(self.desk_open)
        require(all(any(done.worker == w for done in self.msgs) for w in Worker))
        self.desk_open = False

    @invariant
    def nobody_is_done(self) -> bool:
        """No report is ever noted."""
        for w in Worker:
            assert w not in self.desk_done
        return True

    @step_invariant
    def reports_stay(self, after: Desk) -> bool:
        """No step takes the desk to closed."""
        return after.desk_open or not self.desk_open


@pytest.fixture
def split() -> Trace:
    """One site commits and another aborts under a partition."""
    return record(SplitCommit(Site=3), SPLIT, shows="agreement")


STORM: list[tuple[object, ...]] = [
    ("ask",),
    ("vote_yes", Site(2)),
    ("vote_yes", Site(1)),
    ("crash", Site(1)),
    ("vote_yes", Site(0)),
    ("cut", Set([Site(1)])),
    ("precommit",),
    ("obey", Site(2)),
    ("heal",),
    ("restart", Site(1)),
    ("obey", Site(0)),
    ("obey", Site(1)),
    ("crash", Site(0)),
    ("commit",),
    ("crash", None),
    ("learn", Site(2), Decide(None, Phase.COMMITTED)),
]
"""Steps of SplitCommit with every kind of fault, to a state in which a site has committed."""


@pytest.fixture
def storm() -> Trace:
    """A site commits in spite of crashes and a partition that heals."""
    return record(SplitCommit(Site=3), STORM, shows="somebody_commits")


@pytest.fixture
def desk() -> Trace:
    """A worker has reported and the desk has noted it."""
    calls = [("hand_out", Worker(1)), ("work", Worker(1)), ("finish", Worker(1)), ("note", Done(Worker(1)))]
    return record(Desk(Worker=2), calls, shows="nobody_is_done")


@pytest.fixture
def closing() -> Trace:
    """The only worker has reported, and the last step closes the desk."""
    calls = [("hand_out", Worker(0)), ("work", Worker(0)), ("finish", Worker(0)), ("close",)]
    return record(Desk(Worker=1), calls, shows="reports_stay")


@pytest.fixture
def stuck() -> Trace:
    """After this nobody can do anything."""
    calls = [("hand_out", Worker(0)), ("work", Worker(0)), ("finish", Worker(0)), ("note", Done(Worker(0))), ("close",)]
    return record(Desk(Worker=1), calls, shows="deadlock")

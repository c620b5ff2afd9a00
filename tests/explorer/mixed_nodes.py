"""Everything that handlers can do, in one system."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Self

from indoubt.specs.language import (
    Between,
    Durable,
    Map,
    Message,
    Node,
    Parameter,
    Set,
    Sort,
    System,
    empty,
    invariant,
    on_message,
    on_restart,
    on_timeout,
    reachable,
    require,
    step_invariant,
)


class Server(Sort): ...


class Client(Sort): ...


class Monitor(Sort, size=1): ...


class Mode(Enum):
    IDLE, BUSY, DONE = range(3)


class Ask(Message):
    urgent: bool


class Tell(Message):
    mode: Mode


class Bump(Message): ...


class Worker(Node[Server]):
    fast: Parameter[bool] = True
    mode: Durable[Mode] = Mode.IDLE
    seen: Set[Client] = empty()
    count: Annotated[int, Between(0, 2)] = 0
    boss: Server | None = None

    @on_message
    def on_ask(self, request: Ask | Bump, sender: Client | Server, extra: bool) -> None:
        require(self.count < 2)
        if isinstance(request, Bump):
            self.count += 1
            self.send(Tell(self.mode), to=sender)
            return
        if request.urgent and extra:
            self.finish()
        elif isinstance(sender, Client):
            self.seen.add(sender)
            self.broadcast(Bump(), to={s for s in Server if s != self.address})
        else:
            self.boss = sender

    @on_message
    def on_tell(self, told: Tell, sender: Server) -> None:
        if self.boss is not None:
            self.send(Tell(told.mode), to=self.boss)

    @on_message
    def on_bump_of_a_client(self, bump: Bump, sender: Client | Server) -> None:
        require(not isinstance(sender, Server))
        self.count = 0

    @on_timeout
    def bump_self(self) -> None:
        require(self.fast and self.mode is Mode.IDLE)
        self.mode = Mode.BUSY
        self.send(Bump(), to=self.address)

    def finish(self) -> None:
        self.mode = Mode.DONE
        self.broadcast(Tell(Mode.DONE), to=Client)

    def is_done(self) -> bool:
        return self.mode is Mode.DONE and self.count > 0

    @on_restart
    def recover(self, hurry: bool) -> None:
        if hurry and self.mode is Mode.BUSY:
            self.mode = Mode.IDLE
            self.send(Bump(), to=self.address)


class User(Node[Client]):
    asked: bool = False
    answer: Mode | None = None

    @on_timeout
    def ask(self, whom: Server, urgent: bool) -> None:
        require(not self.asked)
        self.asked = True
        self.send(Ask(urgent), to=whom)

    @on_message
    def on_tell(self, told: Tell, sender: Server) -> None:
        self.answer = told.mode


class Watch(Node[Monitor]):
    alarm: bool = False

    @on_timeout
    def ring(self) -> None:
        require(not self.alarm)
        self.alarm = True


class Mixed(System):
    workers: Map[Server, Worker]
    users: Map[Client, User]
    watch: Watch

    crashes = (Server, Watch)

    @invariant
    def fine(self) -> bool:
        return all(w.count <= 2 for w in self.workers.values()) and not (self.watch.alarm and self.any_done())

    @invariant
    def items(self) -> bool:
        fine = all(w.boss != s or w.is_done() or self.is_odd(w) for s, w in self.workers.items())
        return fine and len(self.workers) == len(Server)

    @reachable
    def everybody_told(self) -> bool:
        return all(self.users[c].answer is not None for c in self.users)

    @step_invariant
    def monotone(self, after: Self) -> bool:
        return all(
            not after.workers[s].is_done() or self.workers[s].count <= after.workers[s].count
            for s in Server
            if after.workers[s].is_up
        )

    def any_done(self) -> bool:
        return any(w.is_done() for w in self.workers.values())

    def is_odd(self, worker: Worker) -> bool:
        return worker.count == 1 or worker.address == worker.boss

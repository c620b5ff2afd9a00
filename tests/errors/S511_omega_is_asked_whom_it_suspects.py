# $ indoubt check S511_omega_is_asked_whom_it_suspects.py Server=2
# Omega is asked whom it suspects; a question about nobody, and about several at once.
from __future__ import annotations

from indoubt.specs.language import (
    Detector,
    Map,
    Message,
    Node,
    Sort,
    System,
    on_message,
    on_timeout,
    reachable,
    require,
)


class Server(Sort): ...


class Beat(Message): ...


class Worker(Node[Server]):
    leads: bool = False

    @on_timeout
    def take_over(self) -> None:
        require(self.suspects(Server))
        self.leads = True

    @on_message
    def on_beat(self, beat: Beat, sender: Server) -> None:
        self.leads = self.suspects


class Demo(System):
    workers: Map[Server, Worker]

    detector = Detector.omega()

    @reachable
    def led(self) -> bool:
        return any(worker.leads for worker in self.workers.values())

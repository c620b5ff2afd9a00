# $ indoubt check S509_no_detector.py Server=2
# No detector.
from __future__ import annotations

from indoubt.specs.language import Map, Message, Node, Sort, System, on_message, on_timeout, reachable, require


class Server(Sort): ...


class Beat(Message): ...


class Worker(Node[Server]):
    leads: bool = False

    @on_timeout
    def take_over(self) -> None:
        require(all(self.suspects(server) for server in Server if server != self.address))
        self.leads = True

    @on_message
    def on_beat(self, beat: Beat, sender: Server) -> None:
        self.leads = False


class Demo(System):
    workers: Map[Server, Worker]

    detector = "P"

    @reachable
    def led(self) -> bool:
        return any(worker.leads for worker in self.workers.values())

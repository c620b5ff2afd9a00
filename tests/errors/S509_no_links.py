# $ indoubt check S509_no_links.py Server=2
# Links by their name.
from __future__ import annotations

from indoubt.specs.language import Map, Message, Node, Sort, System, on_message, on_timeout, reachable


class Server(Sort): ...


class Beat(Message): ...


class Worker(Node[Server]):
    heard: bool = False

    @on_timeout
    def beat(self) -> None:
        self.broadcast(Beat(), to=Server)

    @on_message
    def on_beat(self, _: Beat, sender: Server) -> None:
        self.heard = True


class Demo(System):
    workers: Map[Server, Worker]

    links = "perfect"

    @reachable
    def all_hear(self) -> bool:
        return all(worker.heard for worker in self.workers.values())

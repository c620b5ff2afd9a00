# $ indoubt check S509_fair_loss_over_a_bag.py Server=2
# Links that the network of the same class cannot have.
from __future__ import annotations

from indoubt.specs.language import Link, Map, Message, Network, Node, Sort, System, on_message, on_timeout, reachable


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

    network = Network.bag()
    links = Link.fair_loss()

    @reachable
    def all_hear(self) -> bool:
        return all(worker.heard for worker in self.workers.values())

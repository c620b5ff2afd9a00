# $ indoubt check S509_liars_of_no_class.py Server=2
# Nodes that may be Byzantine are named by their sort.
from __future__ import annotations

from indoubt.specs.language import Map, Message, Node, Sort, System, on_message, on_timeout, reachable, require


class Server(Sort): ...


class Beat(Message): ...


class Worker(Node[Server]):
    leads: bool = False

    @on_timeout
    def take_over(self) -> None:
        require(not self.leads)
        self.leads = True
        self.broadcast(Beat(), to=Server)

    @on_message
    def on_beat(self, beat: Beat, sender: Server) -> None:
        self.leads = False


class Demo(System):
    workers: Map[Server, Worker]

    byzantine = (Beat, "Server")

    @reachable
    def led(self) -> bool:
        return any(worker.leads for worker in self.workers.values())

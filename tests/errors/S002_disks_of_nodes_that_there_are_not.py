# $ indoubt check S002_disks_of_nodes_that_there_are_not.py Server=2
# Disks of nodes that there are not.
from __future__ import annotations

from indoubt.specs.language import Map, Message, Node, Sort, System, invariant, on_message, on_timeout, require


class Server(Sort): ...


class Client(Sort, size=1): ...


class Ask(Message): ...


class Worker(Node[Server]):
    told: bool = False

    @on_message
    def on_ask(self, request: Ask, sender: Client) -> None:
        self.told = True


class User(Node[Client], sync="always"):
    asked: bool = False

    @on_timeout
    def ask(self, whom: Server) -> None:
        require(not self.asked)
        self.asked = True
        self.send(Ask(), to=whom)


class Demo(System):
    workers: Map[Server, Worker]
    user: User

    @invariant
    def fine(self) -> bool:
        return not self.user.asked or len(self.workers) > 0

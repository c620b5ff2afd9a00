# $ indoubt check S301_node_by_number.py Server=2
# Nodes are looked up by their addresses.
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


class User(Node[Client]):
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
        return not self.workers[0].told or self.user.asked

# $ indoubt check S109_parameter_of_two_nodes.py Server=2
# A parameter of two classes of nodes that is not the same.
from __future__ import annotations

from indoubt.specs.language import Map, Node, Parameter, Sort, System, invariant, on_timeout, require


class Server(Sort): ...


class Client(Sort, size=1): ...


class Worker(Node[Server]):
    fast: Parameter[bool] = True
    done: bool = False

    @on_timeout
    def work(self) -> None:
        require(self.fast)
        self.done = True


class User(Node[Client]):
    fast: Parameter[bool] = False
    asked: bool = False

    @on_timeout
    def ask(self) -> None:
        require(self.fast)
        self.asked = True


class Demo(System):
    workers: Map[Server, Worker]
    user: User

    @invariant
    def fine(self) -> bool:
        return not self.user.asked or all(w.done for w in self.workers.values())

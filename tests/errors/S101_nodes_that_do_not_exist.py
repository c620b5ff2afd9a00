# $ indoubt check S101_nodes_that_do_not_exist.py Server=2
# A field of a system that does not exist.
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
    fast: Parameter[bool] = True
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
        return not self.user.asked or all(w.done for w in self.worker.values())

# $ indoubt check S402_key_that_is_not_there_in_a_handler.py Server=2
# A handler takes out what is not there.
from __future__ import annotations

from indoubt.specs.language import Map, Node, Parameter, Set, Sort, System, empty, invariant, on_timeout, require


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
    seen: Set[Server] = empty()

    @on_timeout
    def ask(self, one: Server) -> None:
        require(self.fast)
        self.asked = True
        self.seen.remove(one)


class Demo(System):
    workers: Map[Server, Worker]
    user: User

    @invariant
    def fine(self) -> bool:
        return not self.user.asked or all(w.done for w in self.workers.values())

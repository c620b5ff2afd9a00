# $ indoubt check S502_a_quorum_of_nodes_that_do_not_send.py Server=3
# A handler of a quorum of other nodes than those that send.
from __future__ import annotations

from indoubt.specs.language import Map, Message, Node, Quorum, Set, Sort, System, invariant, on_quorum, on_timeout, require


class Server(Sort): ...


class Client(Sort, size=1): ...


class Answer(Message): ...


class Worker(Node[Server]):
    answered: bool = False

    @on_timeout
    def answer(self) -> None:
        require(not self.answered)
        self.answered = True
        self.broadcast(Answer(), to=Client)


class User(Node[Client]):
    knows: bool = False

    @on_quorum
    def on_answers(self, answers: Map[Server, Set[Answer]], quorum: Quorum[Client]) -> None:
        self.knows = True


class Demo(System):
    workers: Map[Server, Worker]
    user: User

    @invariant
    def fine(self) -> bool:
        return not self.user.knows or any(worker.answered for worker in self.workers.values())

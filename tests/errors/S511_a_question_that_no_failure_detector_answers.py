# $ indoubt check S511_a_question_that_no_failure_detector_answers.py Server=2
# A question that no failure detector answers.
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

    @reachable
    def led(self) -> bool:
        return any(worker.leads for worker in self.workers.values())

# $ indoubt check S401_parameter_that_is_a_record.py P=2 queue=2
# The action is told with its parameters, also where one is a record and another a set.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Record, Seq, Set, Sort, Spec, action, require


class P(Sort): ...


class Ticket(Record):
    owner: P
    number: Annotated[int, Between(0, 1)]


class Demo(Spec):
    queue: Seq[P] = Seq()

    @action
    def join(self, p: P) -> None:
        require(len(self.queue) < 1)
        self.queue.append(p)

    @action
    def serve(self, t: Ticket, guests: Set[P]) -> None:
        require(t.owner in guests and len(self.queue) > 0)
        require(self.queue[t.number] == t.owner)
        self.queue.pop_first()

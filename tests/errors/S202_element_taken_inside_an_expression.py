# $ indoubt check S202_element_taken_inside_an_expression.py P=2 queue=2
# A sequence is shortened in a line of its own.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    queue: Seq[P] = Seq()
    who: P | None = None

    @action
    def go(self) -> None:
        self.who = self.queue.pop_first()

# $ indoubt check S312_sequence_of_one_element.py P=2 queue=2
# A sequence is made from a collection.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    queue: Seq[P] = Seq()

    @action
    def go(self, p: P) -> None:
        self.queue = Seq(p)

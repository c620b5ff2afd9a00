# $ indoubt check S308_minus_equals_on_a_sequence.py P=2 queue=2
# Sequences are only put together.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    queue: Seq[P] = Seq()

    @action
    def go(self, p: P) -> None:
        self.queue -= Seq([p])

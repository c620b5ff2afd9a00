# $ indoubt check S300_tuple_for_a_sequence.py P=2 queue=2
# A tuple is no sequence.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    queue: Seq[P] = empty()

    @action
    def go(self, p: P, r: P) -> None:
        self.queue = (p, r)

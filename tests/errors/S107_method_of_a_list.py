# $ indoubt check S107_method_of_a_list.py P=2 queue=2
# A sequence says at which end it is shortened.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    queue: Seq[P] = Seq()

    @action
    def go(self) -> None:
        self.queue.pop(0)

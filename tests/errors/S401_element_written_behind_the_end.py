# $ indoubt check S401_element_written_behind_the_end.py P=2 queue=2
# The sequence has no third element to be replaced.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, require


class P(Sort): ...


class Demo(Spec):
    queue: Seq[P] = Seq()

    @action
    def join(self, p: P) -> None:
        require(len(self.queue) < 2)
        self.queue.append(p)

    @action
    def replace(self, p: P) -> None:
        require(len(self.queue) == 2)
        self.queue[2] = p

# $ indoubt check S214_name_that_shares_a_sequence.py P=2 queue=2
# Python sees the change; the copy of the second action does not.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    queue: Seq[P] = empty()

    @action
    def share(self, p: P) -> None:
        before = self.queue
        self.queue.append(p)
        self.flag = p in before

    @action
    def copy(self, p: P) -> None:
        before = Seq(self.queue)
        self.queue.append(p)
        self.flag = p in before

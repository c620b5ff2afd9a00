# $ indoubt check S205_sequence_changed_in_a_reachable.py P=2 queue=2
# Each of these statements changes the state.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, reachable


class P(Sort): ...


class Demo(Spec):
    queue: Seq[P] = Seq()

    @action
    def join(self, p: P) -> None:
        self.queue.append(p)

    @reachable
    def cut(self) -> bool:
        self.queue.truncate(1)
        return len(self.queue) == 1

    @reachable
    def doubled(self) -> bool:
        self.queue.extend(self.queue)
        return len(self.queue) == 2

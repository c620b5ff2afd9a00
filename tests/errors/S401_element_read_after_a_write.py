# $ indoubt check S401_element_read_after_a_write.py queue=2
# The sequence has one element when the second is read; the state in which the step is taken has none.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, empty, require


class P(Sort, size=1): ...


class Demo(Spec):
    queue: Seq[P] = empty()
    last: P | None = None

    @action
    def join(self, p: P) -> None:
        require(len(self.queue) < 2)
        self.queue.append(p)
        self.last = self.queue[1]

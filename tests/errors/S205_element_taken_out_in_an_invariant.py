# $ indoubt check S205_element_taken_out_in_an_invariant.py P=2 queue=2
# A property looks at the first element, and takes nothing out.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, invariant


class P(Sort): ...


class Demo(Spec):
    queue: Seq[P] = Seq()
    who: P | None = None

    @action
    def join(self, p: P) -> None:
        self.queue.append(p)

    @invariant
    def fair(self) -> bool:
        first = self.queue.pop_first()
        return first != self.who

# $ indoubt check S401_index_out_of_range.py P=2 log=2
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, empty, require


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    log: Seq[P] = empty()

    @action
    def fill(self, p: P) -> None:
        require(len(self.log) < 1)
        self.log.append(p)

    @action
    def take(self, p: P) -> None:
        require(len(self.log) > 0)
        if self.log[1] == p:
            self.who = p

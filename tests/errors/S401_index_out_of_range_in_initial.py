# $ indoubt check S401_index_out_of_range_in_initial.py P=2 log=2
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, empty, initial


class P(Sort): ...


class Demo(Spec):
    log: Seq[P] = empty()
    who: P | None

    @initial
    def start(self) -> None:
        self.who = self.log[0]

    @action
    def go(self) -> None:
        self.who = None

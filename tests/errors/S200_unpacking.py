# $ indoubt check S200_unpacking.py P=2 log=2
# Two targets.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    log: Seq[P] = empty()

    @action
    def go(self) -> None:
        a, *b = self.log
        self.flag = True

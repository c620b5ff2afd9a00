# $ indoubt check S318_zip.py P=2 log=2
# Two collections at once.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, empty, invariant


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    log: Seq[P] = empty()

    @invariant
    def same(self) -> bool:
        return all(p == q for p, q in zip(self.log, self.log))

    @action
    def go(self) -> None:
        self.flag = not self.flag

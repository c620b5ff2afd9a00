# $ indoubt check S201_require_after_write.py P=2
# A guard stands behind a write.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every, require


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    voted: Map[P, bool] = every(False)

    @action
    def vote(self, p: P) -> None:
        self.voted[p] = True
        require(not self.flag)

# $ indoubt check S201_require_after_write_in_a_helper.py P=2
# The write is in a helper that is called before the guard.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every, require


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    voted: Map[P, bool] = every(False)

    @action
    def vote(self, p: P) -> None:
        self.mark(p)
        require(not self.flag)

    def mark(self, p: P) -> None:
        self.voted[p] = True

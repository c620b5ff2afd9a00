# $ indoubt check S201_guard_in_a_helper_after_a_write.py P=2
# The guard is in a helper that is called after the write.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every, require


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    voted: Map[P, bool] = every(False)

    @action
    def vote(self, p: P) -> None:
        self.voted[p] = True
        self.calm()

    def calm(self) -> None:
        require(not self.flag)

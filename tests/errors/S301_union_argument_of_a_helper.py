# $ indoubt check S301_union_argument_of_a_helper.py P=2
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every, require


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    who: P | None = None
    voted: Map[P, bool] = every(False)

    @action
    def go(self) -> None:
        require(self.fine(self.who))
        self.flag = True

    def fine(self, p: P) -> bool:
        return self.voted[p]

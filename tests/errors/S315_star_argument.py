# $ indoubt check S315_star_argument.py P=2
# Arguments are named one by one.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every, require


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    voted: Map[P, bool] = every(False)

    @action
    def vote(self, p: P) -> None:
        require(self.fine(*[p]))
        self.flag = True

    def fine(self, p: P) -> bool:
        return self.voted[p]

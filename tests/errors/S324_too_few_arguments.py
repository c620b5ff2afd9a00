# $ indoubt check S324_too_few_arguments.py P=2
# A helper takes more.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every, require


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    voted: Map[P, bool] = every(False)

    @action
    def go(self, p: P) -> None:
        require(self.fine())
        self.flag = True

    def fine(self, p: P) -> bool:
        return self.voted[p]

# $ indoubt check S104_self_forgotten.py P=2
# In Python, a variable of the state is always written with `self`.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every, require


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def go(self, p: P) -> None:
        require(not voted[p])
        self.voted[p] = True

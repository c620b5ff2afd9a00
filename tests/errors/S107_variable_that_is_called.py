# $ indoubt check S107_variable_that_is_called.py P=2
# A map is looked up, and not called.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every, require


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def go(self, p: P) -> None:
        require(self.voted(p))
        self.voted[p] = False

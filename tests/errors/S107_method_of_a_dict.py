# $ indoubt check S107_method_of_a_dict.py P=2
# A total map has a value for every key, and no default.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every, require


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def go(self, p: P) -> None:
        require(self.voted.get(p, False))
        self.voted[p] = False

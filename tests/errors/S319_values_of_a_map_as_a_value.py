# $ indoubt check S319_values_of_a_map_as_a_value.py P=2
# A view is for ranging over.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every, invariant


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    voted: Map[P, bool] = every(False)

    @invariant
    def all_voted(self) -> bool:
        return self.voted.values() == self.voted.values()

    @action
    def go(self) -> None:
        self.flag = not self.flag

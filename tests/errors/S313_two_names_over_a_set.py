# $ indoubt check S313_two_names_over_a_set.py P=2
# A set gives one value at a time.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    members: Set[P] = empty()

    @action
    def go(self) -> None:
        for p, q in self.members:
            self.flag = True

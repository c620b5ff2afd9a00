# $ indoubt check S308_abs_of_a_set.py P=2
# The size of a set is `len`.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty, require


class P(Sort): ...


class Demo(Spec):
    members: Set[P] = empty()

    @action
    def go(self, p: P) -> None:
        require(abs(self.members) < 2)
        self.members.add(p)

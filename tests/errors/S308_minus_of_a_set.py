# $ indoubt check S308_minus_of_a_set.py P=2
# There is no minus of a set.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    members: Set[P] = empty()

    @action
    def go(self) -> None:
        self.members = -self.members

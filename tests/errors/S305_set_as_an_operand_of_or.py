# $ indoubt check S305_set_as_an_operand_of_or.py P=2
# `or` would give a set.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    members: Set[P] = empty()

    @action
    def go(self) -> None:
        self.flag = self.members or self.flag

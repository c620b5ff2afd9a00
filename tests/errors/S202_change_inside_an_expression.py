# $ indoubt check S202_change_inside_an_expression.py P=2
# A change is a statement.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty, require


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    members: Set[P] = empty()

    @action
    def go(self, p: P) -> None:
        require(self.members.add(p))
        self.flag = True

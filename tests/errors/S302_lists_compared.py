# $ indoubt check S302_lists_compared.py P=2
# Lists out of sets have no order.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty, invariant


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    members: Set[P] = empty()

    @invariant
    def same(self) -> bool:
        return [p for p in self.members] == [p for p in self.members]

    @action
    def go(self) -> None:
        self.flag = not self.flag

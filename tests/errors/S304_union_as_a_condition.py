# $ indoubt check S304_union_as_a_condition.py P=2
# Is it None, or false.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action, require


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    who: P | None = None

    @action
    def go(self) -> None:
        require(self.who)
        self.flag = True

# $ indoubt check S300_set_of_list_literal.py P=2
# List value.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    flag: bool = False

    @action
    def go(self, p: P) -> None:
        x = [p]
        self.flag = True

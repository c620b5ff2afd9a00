# $ indoubt check S300_tuple_value.py P=2
# A record has names for its fields.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    flag: bool = False

    @action
    def go(self, p: P) -> None:
        pair = (p, True)
        self.flag = True

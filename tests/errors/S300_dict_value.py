# $ indoubt check S300_dict_value.py P=2
# A map is total.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    flag: bool = False

    @action
    def go(self, p: P) -> None:
        table = {p: True}
        self.flag = table[p]

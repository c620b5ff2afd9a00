# $ indoubt check S330_dict_variable.py P=2
# A map is total.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    table: dict[P, bool] = {}

    @action
    def go(self, p: P) -> None:
        self.table[p] = True

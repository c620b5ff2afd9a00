# $ indoubt check S301_wrong_result_of_a_helper.py P=2
# The annotation says something else.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    count: Map[P, Annotated[int, Between(0, 3)]] = every(0)

    @action
    def go(self, p: P) -> None:
        self.flag = self.one(p)

    def one(self, p: P) -> bool:
        return self.count[p]

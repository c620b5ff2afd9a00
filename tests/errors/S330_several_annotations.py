# $ indoubt check S330_several_annotations.py P=2
# All at once, and a statement too.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    name: str = ""
    table: dict[P, bool] = {}
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self, p: P, q: Pp) -> None:
        self.name = "x"
        self.table[q] = True
        self.n = self.flag

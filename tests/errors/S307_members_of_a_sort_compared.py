# $ indoubt check S307_members_of_a_sort_compared.py P=2
# Members of a sort have no order.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action, require


class P(Sort): ...


class Demo(Spec):
    flag: bool = False

    @action
    def step(self, p: P, q: P) -> None:
        require(p < q)
        self.flag = True

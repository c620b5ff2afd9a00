# $ indoubt check S108_name_bound_in_one_branch_of_a_helper.py
# A name has a value on some paths only.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, invariant


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @invariant
    def calm(self) -> bool:
        if self.flag:
            small = self.n < 2
        return small

    @action
    def go(self) -> None:
        self.flag = not self.flag

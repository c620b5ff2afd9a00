# $ indoubt check S331_named_bound_computed_too_early.py MOST=1
# Python computes `min(MOST, 3)` when the class is made, with the default of `MOST`.
from typing import Annotated

from indoubt.specs.language import Between, Bound, Spec, action

MOST = Bound(default=2)


class Demo(Spec):
    balance: Annotated[int, Between(0, min(MOST, 3))] = 0

    @action
    def pay(self) -> None:
        self.balance += 1

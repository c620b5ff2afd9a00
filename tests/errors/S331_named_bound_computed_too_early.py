# $ indoubt check S331_named_bound_computed_too_early.py MOST=3
# Python computes `-MOST` when the class is made, with the default of `MOST`.
from typing import Annotated

from indoubt.specs.language import Between, Bound, Spec, action

MOST = Bound(default=1)


class Demo(Spec):
    balance: Annotated[int, Between(-MOST, MOST)] = 0

    @action
    def pay(self) -> None:
        self.balance -= 1

# $ indoubt check S216_loop_over_a_bag.py P=2 bag=2
# A bag has no order either.
from __future__ import annotations

from indoubt.specs.language import Bag, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    bag: Bag[P] = empty()

    @action
    def take(self) -> None:
        for p in self.bag:
            self.who = p

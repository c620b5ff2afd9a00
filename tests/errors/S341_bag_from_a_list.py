# $ indoubt check S341_bag_from_a_list.py P=2 bag=2
# A bag is filled one by one.
from __future__ import annotations

from indoubt.specs.language import Bag, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    bag: Bag[P] = empty()

    @action
    def go(self, p: P) -> None:
        self.bag = Bag([p])

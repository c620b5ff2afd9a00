# $ indoubt check S303_empty_set_compared_with_a_sequence.py N=2 queue=2 bag=2
# `empty()` is the empty set; to Python, no sequence and no bag is equal to it.
from __future__ import annotations

from indoubt.specs.language import Bag, Seq, Set, Sort, Spec, action, empty, invariant, require


class N(Sort): ...


class Demo(Spec):
    queue: Seq[N] = empty()
    bag: Bag[N] = Bag()

    @action
    def go(self, n: N) -> None:
        require(self.queue == empty())
        self.queue.append(n)

    @action
    def put(self, n: N) -> None:
        require(Set() == self.bag)
        self.bag.add(n)

    @action
    def take(self) -> None:
        self.queue.clear()

    @invariant
    def never_both(self) -> bool:
        return self.bag == Seq()

# $ indoubt check S307_two_that_may_be_none.py P=2 Ballot=2
# Python compares None with a member of an order, and not with None.
from __future__ import annotations

from indoubt.specs.language import Map, Ordered, Sort, Spec, action, every, require


class P(Sort): ...


class Ballot(Ordered): ...


class Demo(Spec):
    seen: Map[P, Ballot | None] = every(None)

    @action
    def follow(self, p: P, q: P) -> None:
        require(self.seen[p] < self.seen[q])
        self.seen[p] = self.seen[q]

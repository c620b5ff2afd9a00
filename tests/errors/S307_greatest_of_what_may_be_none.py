# $ indoubt check S307_greatest_of_what_may_be_none.py P=2 Ballot=2
# Python has no order for two that are None.
from __future__ import annotations

from indoubt.specs.language import Map, Ordered, Sort, Spec, action, every


class P(Sort): ...


class Ballot(Ordered): ...


class Demo(Spec):
    seen: Map[P, Ballot | None] = every(None)
    highest: Ballot | None = None

    @action
    def collect(self) -> None:
        self.highest = max(self.seen[p] for p in P)

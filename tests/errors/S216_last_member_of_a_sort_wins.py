# $ indoubt check S216_last_member_of_a_sort_wins.py P=2
# Members of a sort have no order.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    voted: Map[P, bool] = every(False)

    @action
    def elect(self) -> None:
        for p in P:
            if self.voted[p]:
                self.who = p

# $ indoubt check S216_loop_over_the_items_of_a_map.py P=2
# The keys of a map over a sort have no order.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    voted: Map[P, bool] = every(False)

    @action
    def elect(self) -> None:
        for p, voted in self.voted.items():
            if voted:
                self.who = p

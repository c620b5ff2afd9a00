# $ indoubt check S201_guard_in_a_later_turn_of_a_loop.py P=2
# The second turn of the loop guards after the first has written.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every, require


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def vote(self) -> None:
        for p in P:
            require(not self.voted[p])
            self.voted[p] = True

# $ indoubt check S301_sort_as_a_member.py P=2
# A sort is no member.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def go(self) -> None:
        self.voted[P] = True

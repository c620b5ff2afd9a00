# $ indoubt check S330_map_without_a_value_type.py P=2
# An annotation that is not complete.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P] = every(False)

    @action
    def go(self, p: P) -> None:
        self.voted[p] = True

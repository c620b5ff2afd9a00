# $ indoubt check S101_misspelt_map_in_a_write.py P=2
# A write to an entry of a map begins with the name of the map.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def go(self, p: P) -> None:
        self.votd[p] = True

# $ indoubt check S314_map_of_one_key.py P=2
# A total map has all keys.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def go(self, p: P) -> None:
        self.voted = Map({p: True})

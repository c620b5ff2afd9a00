# $ indoubt check S300_dict_for_a_map.py P=2
# A total map has all keys.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def go(self) -> None:
        self.voted = {}

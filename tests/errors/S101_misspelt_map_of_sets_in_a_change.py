# $ indoubt check S101_misspelt_map_of_sets_in_a_change.py P=2
# So does a change of a set inside a map.
from __future__ import annotations

from indoubt.specs.language import Map, Set, Sort, Spec, action, empty, every


class P(Sort): ...


class Demo(Spec):
    acks: Map[P, Set[P]] = every(empty())

    @action
    def go(self, p: P) -> None:
        self.ack[p].add(p)

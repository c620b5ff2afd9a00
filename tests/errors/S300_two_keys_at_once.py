# $ indoubt check S300_two_keys_at_once.py P=2
# A map of maps is looked up key by key.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    heard: Map[P, Map[P, bool]] = every(every(False))

    @action
    def go(self, p: P, q: P) -> None:
        self.heard[p, q] = True

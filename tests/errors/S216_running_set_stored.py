# $ indoubt check S216_running_set_stored.py P=2
# Each member is given those before it, which have no order.
from __future__ import annotations

from indoubt.specs.language import Map, Set, Sort, Spec, action, empty, every


class P(Sort): ...


class Demo(Spec):
    members: Set[P] = empty()
    before: Map[P, Set[P]] = every(empty())

    @action
    def line_up(self) -> None:
        seen: Set[P] = empty()
        for p in self.members:
            self.before[p] = seen
            seen = seen | {p}

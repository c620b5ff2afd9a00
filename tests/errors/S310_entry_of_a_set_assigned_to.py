# $ indoubt check S310_entry_of_a_set_assigned_to.py P=2
# A set has members, and no entries.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    seen: Set[P] = empty()

    @action
    def go(self, p: P) -> None:
        self.seen[p] = True

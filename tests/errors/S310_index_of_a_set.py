# $ indoubt check S310_index_of_a_set.py P=2
# A set has no positions.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    members: Set[P] = empty()

    @action
    def go(self) -> None:
        self.who = self.members[0]

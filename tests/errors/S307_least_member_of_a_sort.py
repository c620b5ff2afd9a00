# $ indoubt check S307_least_member_of_a_sort.py P=2
# Members of a sort have no order.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty, require


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    members: Set[P] = empty()

    @action
    def elect(self) -> None:
        require(self.members)
        self.who = min(self.members)

# $ indoubt check S321_member_of_a_sort_as_a_constant.py P=2
# Members of a sort cannot be told apart.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...

LEADER = P(0)

class Demo(Spec):
    who: P | None = None

    @action
    def go(self) -> None:
        self.who = LEADER

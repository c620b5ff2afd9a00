# $ indoubt check S321_member_of_a_sort_by_number.py P=2
# Members of a sort cannot be told apart.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    who: P | None = None

    @action
    def go(self) -> None:
        self.who = P(0)

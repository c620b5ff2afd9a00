# $ indoubt check S321_member_of_a_sort_as_a_first_value.py P=2
# Members of a sort cannot be told apart.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    who: P = P(0)

    @action
    def go(self, p: P) -> None:
        self.who = p

# $ indoubt check S321_index_of_a_member.py P=2
# Members of a sort cannot be told apart.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action, require


class P(Sort): ...


class Demo(Spec):
    who: P | None = None

    @action
    def go(self, p: P) -> None:
        require(p.index == 0)
        self.who = p

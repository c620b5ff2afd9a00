# $ indoubt check S342_pop_on_a_set.py P=2
# Which member it takes is not determined.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    members: Set[P] = empty()

    @action
    def elect(self) -> None:
        self.who = self.members.pop()

# $ indoubt check S318_next_of_an_iterator.py P=2
# Which member comes first is not determined.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    members: Set[P] = empty()

    @action
    def elect(self) -> None:
        self.who = next(iter(self.members))

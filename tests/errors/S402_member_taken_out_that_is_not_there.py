# $ indoubt check S402_member_taken_out_that_is_not_there.py P=2
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    members: Set[P] = empty()

    @action
    def take(self, p: P) -> None:
        self.drop(p)

    def drop(self, p: P) -> None:
        self.members.remove(p)

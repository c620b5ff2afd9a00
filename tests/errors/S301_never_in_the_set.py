# $ indoubt check S301_never_in_the_set.py P=2
# A vote is never among the members.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Set, Sort, Spec, action, empty, invariant


class P(Sort): ...


class V(Enum):
    YES, NO = range(2)


class Demo(Spec):
    flag: bool = False
    vote: V = V.YES
    members: Set[P] = empty()

    @invariant
    def present(self) -> bool:
        return self.vote in self.members

    @action
    def go(self) -> None:
        self.flag = not self.flag

# $ indoubt check S102_enum_member_that_does_not_exist.py
# A typo in a member of an enum.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Spec, action


class V(Enum):
    YES, NO = range(2)


class Demo(Spec):
    vote: V = V.YES

    @action
    def go(self) -> None:
        self.vote = V.YESS

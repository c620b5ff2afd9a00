# $ indoubt check S307_enum_members_compared.py
# Members of an enum have no order.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Spec, action, invariant


class V(Enum):
    YES, NO = range(2)


class Demo(Spec):
    flag: bool = False
    vote: V = V.YES

    @invariant
    def small(self) -> bool:
        return self.vote < V.NO

    @action
    def go(self) -> None:
        self.flag = not self.flag

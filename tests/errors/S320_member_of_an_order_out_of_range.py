# $ indoubt check S320_member_of_an_order_out_of_range.py B=2
# There is no such ballot.
from __future__ import annotations

from indoubt.specs.language import Ordered, Spec, action


class B(Ordered): ...


class Demo(Spec):
    ballot: B | None = None

    @action
    def go(self) -> None:
        self.ballot = B(7)

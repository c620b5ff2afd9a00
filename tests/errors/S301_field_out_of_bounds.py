# $ indoubt check S301_field_out_of_bounds.py P=2
# A field of a message has an interval of its own.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Message, Set, Sort, Spec, action, empty


class P(Sort): ...


class Ask(Message):
    sender: P
    round: Annotated[int, Between(0, 3)]


class Demo(Spec):
    sent: Set[Ask] = empty()

    @action
    def go(self, p: P) -> None:
        self.sent.add(Ask(p, 4))

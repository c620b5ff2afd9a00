# $ indoubt check S303_isinstance_that_never_holds.py P=2
# No such message is sent.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Message, Sort, Spec, action, invariant


class P(Sort): ...


class V(Enum):
    YES, NO = range(2)


class Ask(Message):
    to: P


class Told(Message):
    vote: V


class Demo(Spec):
    flag: bool = False
    ask: Ask | None = None

    @invariant
    def asked(self) -> bool:
        return not isinstance(self.ask, Told)

    @action
    def go(self) -> None:
        self.flag = not self.flag

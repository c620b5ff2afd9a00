# $ indoubt check S303_pattern_that_never_matches.py P=2
# No such message is sent.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Message, Sort, Spec, action


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

    @action
    def step(self) -> None:
        match self.ask:
            case Told():
                self.flag = True
            case _:
                pass

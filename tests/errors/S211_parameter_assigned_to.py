# $ indoubt check S211_parameter_assigned_to.py P=2
# A parameter is a value.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Message, Set, Sort, Spec, action, empty, require


class P(Sort): ...


class V(Enum):
    YES, NO = range(2)


class Ask(Message):
    to: P


class Told(Message):
    vote: V


class Demo(Spec):
    msgs: Set[Ask | Told] = empty()

    @action
    def go(self, m: Ask, p: P) -> None:
        require(m in self.msgs)
        m.to = p

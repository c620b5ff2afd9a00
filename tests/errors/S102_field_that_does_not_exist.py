# $ indoubt check S102_field_that_does_not_exist.py P=2
# A typo in a field.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Map, Message, Set, Sort, Spec, action, empty, every, require


class P(Sort): ...


class V(Enum):
    YES, NO = range(2)


class Ask(Message):
    to: P


class Told(Message):
    vote: V


class Demo(Spec):
    voted: Map[P, bool] = every(False)
    msgs: Set[Ask | Told] = empty()

    @action
    def go(self, m: Ask) -> None:
        require(m in self.msgs)
        self.voted[m.too] = True

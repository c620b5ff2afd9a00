# $ indoubt check S324_wrong_field_of_a_message.py P=2
# A message has no such field.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Message, Set, Sort, Spec, action, empty


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
    def go(self, p: P) -> None:
        self.msgs.add(Ask(frm=p))

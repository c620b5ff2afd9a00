# $ indoubt check S211_field_of_a_record_assigned_to.py P=2
# A record is frozen.
from __future__ import annotations

from indoubt.specs.language import Message, Sort, Spec, action, require


class P(Sort): ...


class Ask(Message):
    to: P


class Demo(Spec):
    ask: Ask | None = None

    @action
    def go(self, p: P) -> None:
        require(self.ask is not None)
        self.ask.to = p

# $ indoubt check S309_field_of_a_value_that_may_be_none.py P=2
# None has no fields.
from __future__ import annotations

from indoubt.specs.language import Map, Message, Sort, Spec, action, every


class P(Sort): ...


class Ask(Message):
    to: P


class Demo(Spec):
    voted: Map[P, bool] = every(False)
    ask: Ask | None = None

    @action
    def go(self) -> None:
        self.voted[self.ask.to] = True

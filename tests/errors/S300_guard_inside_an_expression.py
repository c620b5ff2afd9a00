# $ indoubt check S300_guard_inside_an_expression.py P=2
# `require` and `expect` are statements.
from __future__ import annotations

from indoubt.specs.language import Message, Set, Sort, Spec, action, empty, expect, require


class P(Sort): ...


class Ask(Message):
    sender: P


class Tell(Message):
    sender: P


class Demo(Spec):
    last: Ask | Tell | None = None
    asked: Set[P] = empty()

    @action
    def hear(self) -> None:
        self.asked.add(expect(self.last, Ask).sender)

    @action
    def drop(self) -> None:
        self.asked = {p for p in P if require(p in self.asked)}

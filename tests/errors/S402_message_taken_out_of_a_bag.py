# $ indoubt check S402_message_taken_out_of_a_bag.py P=2 sent=2
# The message is not on its way; the error names it.
from __future__ import annotations

from indoubt.specs.language import Bag, Message, Sort, Spec, action, empty


class P(Sort): ...


class Ask(Message):
    sender: P


class Demo(Spec):
    sent: Bag[Ask] = empty()

    @action
    def send(self, p: P) -> None:
        self.sent.add(Ask(p))

    @action
    def lose(self, p: P) -> None:
        self.sent.remove(Ask(p))

# $ indoubt check S108_name_bound_in_one_case.py P=2
# A name has a value in some cases only.
from __future__ import annotations

from indoubt.specs.language import Message, Sort, Spec, action


class P(Sort): ...


class Ask(Message):
    to: P


class Demo(Spec):
    who: P | None = None
    ask: Ask | None = None

    @action
    def step(self) -> None:
        match self.ask:
            case Ask(to=p):
                target = p
            case None:
                pass
        self.who = target

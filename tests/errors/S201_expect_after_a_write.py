# $ indoubt check S201_expect_after_a_write.py P=2
# `expect` is a guard too.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import (
    Map,
    Message,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    expect,
    require,
)


class P(Sort): ...


class V(Enum):
    YES, NO = range(2)


class Ask(Message):
    to: P


class Told(Message):
    vote: V


class Demo(Spec):
    flag: bool = False
    voted: Map[P, bool] = every(False)
    msgs: Set[Ask | Told] = empty()
    ask: Ask | None = None

    @action
    def tell(self, m: Ask) -> None:
        require(m in self.msgs)
        self.flag = True
        told = expect(self.ask, Ask)
        self.voted[told.to] = True

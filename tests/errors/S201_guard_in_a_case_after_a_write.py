# $ indoubt check S201_guard_in_a_case_after_a_write.py P=2
# A case guards what was written before the match.
from __future__ import annotations

from indoubt.specs.language import Map, Message, Sort, Spec, action, every, require


class P(Sort): ...


class Ask(Message):
    to: P


class Demo(Spec):
    flag: bool = False
    voted: Map[P, bool] = every(False)
    ask: Ask | None = None

    @action
    def tell(self) -> None:
        self.flag = True
        match self.ask:
            case Ask(to=p):
                require(not self.voted[p])
            case None:
                pass

# $ indoubt check S301_none_for_a_member.py P=2
# None is no member.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    voted: Map[P, bool] = every(False)

    @action
    def go(self) -> None:
        self.voted[self.who] = True

# $ indoubt check S101_guard_that_was_not_understood.py P=2
# The rest is no mistake of its own.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every, require


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    voted: Map[P, bool] = every(False)

    @action
    def go(self) -> None:
        require(self.whoo is not None)
        self.voted[self.who] = True

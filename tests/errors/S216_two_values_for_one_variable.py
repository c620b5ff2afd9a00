# $ indoubt check S216_two_values_for_one_variable.py P=2
# One turn says yes and another no.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class V(Enum):
    YES, NO = range(2)


class Demo(Spec):
    vote: V = V.YES
    voted: Map[P, bool] = every(False)

    @action
    def decide(self) -> None:
        for p in P:
            if self.voted[p]:
                self.vote = V.YES
            else:
                self.vote = V.NO

# $ indoubt check S315_positional_only_parameter.py P=2
# A kind of parameter outside the language.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def vote(self, p: P, /) -> None:
        self.voted[p] = True

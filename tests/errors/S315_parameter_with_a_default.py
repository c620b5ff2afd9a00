# $ indoubt check S315_parameter_with_a_default.py P=2
# The explorer chooses the parameters.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def vote(self, p: P, yes: bool = True) -> None:
        self.voted[p] = yes

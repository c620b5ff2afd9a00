# $ indoubt check S315_star_parameter.py P=2
# A kind of parameter outside the language.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    flag: bool = False

    @action
    def vote(self, *ps: P) -> None:
        self.flag = True

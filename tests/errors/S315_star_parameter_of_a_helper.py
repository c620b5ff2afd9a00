# $ indoubt check S315_star_parameter_of_a_helper.py P=2
# A kind of parameter outside the language.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action, require


class P(Sort): ...


class Demo(Spec):
    flag: bool = False

    @action
    def vote(self, p: P) -> None:
        require(self.fine(p))
        self.flag = True

    def fine(self, *ps: P) -> bool:
        return True

# $ indoubt check S343_pattern_of_a_sequence.py P=2 log=2
# A pattern outside the language.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    log: Seq[P] = empty()

    @action
    def go(self) -> None:
        match self.log:
            case [p, *rest]:
                self.flag = True
            case _:
                pass

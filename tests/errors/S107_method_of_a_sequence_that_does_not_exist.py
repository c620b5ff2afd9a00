# $ indoubt check S107_method_of_a_sequence_that_does_not_exist.py P=2 log=2
# A typo in a method.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    log: Seq[P] = empty()

    @action
    def go(self, p: P) -> None:
        self.log.push(p)

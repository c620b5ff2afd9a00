# $ indoubt check S340_assignment_to_a_slice.py P=2 log=2
# A slice is a value.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    log: Seq[P] = empty()

    @action
    def go(self) -> None:
        self.log[0:1] = Seq()

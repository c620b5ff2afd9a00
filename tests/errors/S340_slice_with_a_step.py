# $ indoubt check S340_slice_with_a_step.py P=2 log=2
# A slice takes no step.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    log: Seq[P] = empty()

    @action
    def go(self) -> None:
        self.log = self.log[::2]

# $ indoubt check S317_identity_of_a_value.py P=2
# An id differs from run to run.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    flag: bool = False

    @action
    def step(self, p: P) -> None:
        self.flag = id(p) == 0

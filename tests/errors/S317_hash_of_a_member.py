# $ indoubt check S317_hash_of_a_member.py P=2
# A hash differs from run to run.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    flag: bool = False

    @action
    def step(self, p: P) -> None:
        self.flag = hash(p) == 0

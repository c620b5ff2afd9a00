# $ indoubt check S300_starred_in_a_set.py P=2
# Unpacked.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    members: Set[P] = empty()

    @action
    def go(self, p: P) -> None:
        self.members = {*self.members, p}

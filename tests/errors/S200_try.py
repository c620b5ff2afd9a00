# $ indoubt check S200_try.py P=2
# There are no exceptions.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    members: Set[P] = empty()

    @action
    def go(self, p: P) -> None:
        try:
            self.members.remove(p)
        except KeyError:
            self.flag = True

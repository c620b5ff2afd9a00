# $ indoubt check S324_too_many_arguments_of_len.py P=2 log=2
# `len` takes one collection.
from __future__ import annotations

from indoubt.specs.language import Seq, Set, Sort, Spec, action, empty, invariant


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    members: Set[P] = empty()
    log: Seq[P] = empty()

    @invariant
    def few(self) -> bool:
        return len(self.members, self.log) < 2

    @action
    def go(self) -> None:
        self.flag = not self.flag

# $ indoubt check S324_two_arguments_of_add.py P=2
# `add` takes one member.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    members: Set[P] = empty()

    @action
    def go(self, p: P) -> None:
        self.members.add(p, p)

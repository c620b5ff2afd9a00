# $ indoubt check S330_list_variable.py P=2
# A list is a sequence.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    todo: list[P] = []

    @action
    def go(self, p: P) -> None:
        self.todo.append(p)

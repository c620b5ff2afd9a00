# $ indoubt check S002_async_comprehension.py P=2
# Waits.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty, invariant


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    members: Set[P] = empty()

    @invariant
    def few(self) -> bool:
        return all([x async for x in self.members])

    @action
    def go(self) -> None:
        self.flag = not self.flag

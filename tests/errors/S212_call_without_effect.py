# $ indoubt check S212_call_without_effect.py P=2
# Its value is not used.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    members: Set[P] = empty()

    @action
    def go(self) -> None:
        len(self.members)
        self.flag = True

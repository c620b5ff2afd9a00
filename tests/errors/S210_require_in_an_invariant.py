# $ indoubt check S210_require_in_an_invariant.py
# A property has a guard.
from __future__ import annotations

from indoubt.specs.language import Spec, action, invariant, require


class Demo(Spec):
    flag: bool = False

    @invariant
    def calm(self) -> bool:
        require(self.flag)
        return True

    @action
    def go(self) -> None:
        self.flag = not self.flag

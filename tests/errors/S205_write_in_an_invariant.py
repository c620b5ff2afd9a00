# $ indoubt check S205_write_in_an_invariant.py
# A property changes the state.
from __future__ import annotations

from indoubt.specs.language import Spec, action, invariant


class Demo(Spec):
    flag: bool = False

    @invariant
    def calm(self) -> bool:
        self.flag = False
        return True

    @action
    def go(self) -> None:
        self.flag = not self.flag

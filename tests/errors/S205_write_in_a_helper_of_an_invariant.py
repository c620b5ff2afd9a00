# $ indoubt check S205_write_in_a_helper_of_an_invariant.py
# A helper that a property calls changes the state.
from __future__ import annotations

from indoubt.specs.language import Spec, action, invariant


class Demo(Spec):
    flag: bool = False

    @invariant
    def calm(self) -> bool:
        return self.reset()

    def reset(self) -> bool:
        self.flag = False
        return True

    @action
    def go(self) -> None:
        self.flag = not self.flag

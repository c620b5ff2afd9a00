# $ indoubt check S205_write_in_a_helper_called_twice.py
# Told once.
from __future__ import annotations

from indoubt.specs.language import Spec, action, invariant


class Demo(Spec):
    flag: bool = False

    @invariant
    def calm(self) -> bool:
        return self.reset()

    @invariant
    def quiet(self) -> bool:
        return self.reset() or self.reset()

    def reset(self) -> bool:
        self.flag = False
        return True

    @action
    def go(self) -> None:
        self.flag = not self.flag

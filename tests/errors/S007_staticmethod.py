# $ indoubt check S007_staticmethod.py
# A static method is no helper.
from __future__ import annotations

from indoubt.specs.language import Spec, action, invariant


class Demo(Spec):
    flag: bool = False

    @staticmethod
    def fine() -> bool:
        return True

    @invariant
    def calm(self) -> bool:
        return self.fine()

    @action
    def go(self) -> None:
        self.flag = not self.flag

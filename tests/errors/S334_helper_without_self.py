# $ indoubt check S334_helper_without_self.py
# A helper without self.
from __future__ import annotations

from indoubt.specs.language import Spec, action, require


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        require(self.fine())
        self.flag = True

    def fine() -> bool:
        return True

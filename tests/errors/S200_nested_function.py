# $ indoubt check S200_nested_function.py
# A function inside a method.
from __future__ import annotations

from indoubt.specs.language import Spec, action, require


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        def fine() -> bool:
            return True

        require(fine())
        self.flag = True

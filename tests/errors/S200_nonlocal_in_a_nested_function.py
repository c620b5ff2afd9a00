# $ indoubt check S200_nonlocal_in_a_nested_function.py
# A state outside the state.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        x = 0

        def inner() -> None:
            nonlocal x
            x = 1

        self.flag = True

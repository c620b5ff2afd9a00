# $ indoubt check S106_first_value_instead_of_the_variable.py
# A class variable is the first value, in every state.
from __future__ import annotations

from indoubt.specs.language import Spec, action, require


class Demo(Spec):
    done: bool = False

    @action
    def go(self) -> None:
        require(not Demo.done)
        self.done = True

# $ indoubt check S103_state_as_a_value.py
# The whole state.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        x = self
        self.flag = True

# $ indoubt check S207_action_with_a_result.py
# An action returns nothing.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> bool:
        self.flag = True
        return True

# $ indoubt check S109_action_named_like_a_variable.py
# The method hides the variable's value.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    go: bool = False

    @action
    def go(self) -> None:
        pass

    @action
    def back(self) -> None:
        pass

# $ indoubt check S334_step_invariant_without_the_state_after.py
# A step has two states.
from __future__ import annotations

from indoubt.specs.language import Spec, action, step_invariant


class Demo(Spec):
    flag: bool = False

    @step_invariant
    def calm(self) -> bool:
        return not self.flag

    @action
    def go(self) -> None:
        self.flag = not self.flag

# $ indoubt check S205_write_to_the_state_after_a_step.py
# A step invariant writes to the state after the step.
from __future__ import annotations

from indoubt.specs.language import Spec, action, step_invariant


class Demo(Spec):
    flag: bool = False

    @step_invariant
    def kept(self, after: Demo) -> bool:
        after.flag = True
        return True

    @action
    def go(self) -> None:
        self.flag = not self.flag

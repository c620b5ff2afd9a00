# $ indoubt check S205_helper_without_a_result_in_an_invariant.py
# The helper writes, so a property may not call it.
from __future__ import annotations

from indoubt.specs.language import Spec, action, invariant





class Demo(Spec):
    on: bool = False

    def reset(self) -> None:
        self.on = False

    @action
    def go(self) -> None:
        self.on = True

    @invariant
    def calm(self) -> bool:
        self.reset()
        return not self.on

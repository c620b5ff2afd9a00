# $ indoubt check S201_guard_after_a_helper_that_writes_and_returns.py
# The helper has returned, but the action goes on, with the state changed.
from __future__ import annotations

from indoubt.specs.language import Spec, action, require





class Demo(Spec):
    on: bool = False
    off: bool = False

    def switch(self) -> None:
        if self.off:
            self.on = True
            return

    @action
    def go(self) -> None:
        self.switch()
        require(not self.on)

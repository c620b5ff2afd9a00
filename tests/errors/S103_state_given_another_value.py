# $ indoubt check S103_state_given_another_value.py
# The state is no name to assign to.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    done: bool = False

    @action
    def go(self) -> None:
        self.done = True
        self = None

# $ indoubt check S203_action_called.py
# Actions do not call actions.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        self.back()

    @action
    def back(self) -> None:
        self.flag = False

# $ indoubt check S007_two_decorators.py
# An action is no invariant.
from __future__ import annotations

from indoubt.specs.language import Spec, action, invariant


class Demo(Spec):
    flag: bool = False

    @action
    @invariant
    def go(self) -> bool:
        self.flag = not self.flag

# $ indoubt check S108_initial_leaves_a_variable_open.py
# A path of `@initial` sets nothing.
from __future__ import annotations

from indoubt.specs.language import Parameter, Spec, action, initial


class Demo(Spec):
    flag: bool
    strict: Parameter[bool] = True

    @initial
    def start(self, yes: bool) -> None:
        if yes:
            self.flag = True

    @action
    def go(self) -> None:
        self.flag = not self.flag

# $ indoubt check S108_initial_reads_a_variable_that_is_not_set.py
from __future__ import annotations

from indoubt.specs.language import Spec, action, initial


class Demo(Spec):
    flag: bool

    @initial
    def start(self) -> None:
        self.flag = not self.flag

    @action
    def go(self) -> None:
        self.flag = True

# $ indoubt check S006_two_initial_methods.py
# Which of them.
from __future__ import annotations

from indoubt.specs.language import Spec, action, initial


class Demo(Spec):
    flag: bool

    @initial
    def start(self) -> None:
        self.flag = True

    @initial
    def begin(self) -> None:
        self.flag = False

    @action
    def go(self) -> None:
        self.flag = not self.flag

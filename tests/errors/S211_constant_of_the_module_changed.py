# $ indoubt check S211_constant_of_the_module_changed.py
# What changes is state; a module has constants.
from __future__ import annotations

from indoubt.specs.language import Spec, action


LIMIT = 3


class Demo(Spec):
    done: bool = False

    @action
    def go(self) -> None:
        LIMIT += 1
        self.done = True

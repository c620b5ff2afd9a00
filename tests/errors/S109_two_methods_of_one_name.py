# $ indoubt check S109_two_methods_of_one_name.py
# The second hides the first.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        self.flag = True

    @action
    def go(self) -> None:
        self.flag = False

# $ indoubt check S308_minus_of_a_bool.py
# The opposite of a bool is `not`.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    on: bool = False

    @action
    def go(self) -> None:
        self.on = -self.on

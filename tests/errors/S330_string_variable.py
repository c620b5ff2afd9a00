# $ indoubt check S330_string_variable.py
# There are no texts.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    name: str = ""

    @action
    def go(self) -> None:
        self.name = "x"

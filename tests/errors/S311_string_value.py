# $ indoubt check S311_string_value.py
# There are no texts.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        reason = "late"
        self.flag = True

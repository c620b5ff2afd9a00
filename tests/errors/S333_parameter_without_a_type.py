# $ indoubt check S333_parameter_without_a_type.py
# It ranges over what.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self, p) -> None:
        self.flag = True

# $ indoubt check S209_property_without_a_result_on_one_path.py
# A path without return.
from __future__ import annotations

from indoubt.specs.language import Spec, action, invariant


class Demo(Spec):
    flag: bool = False

    @invariant
    def calm(self) -> bool:
        if self.flag:
            return True

    @action
    def go(self) -> None:
        self.flag = not self.flag

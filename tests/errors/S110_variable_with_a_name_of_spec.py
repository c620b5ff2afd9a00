# $ indoubt check S110_variable_with_a_name_of_spec.py
# A name that Spec has itself.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    __settings__: bool = False
    flag: bool = False

    @action
    def go(self) -> None:
        self.flag = True

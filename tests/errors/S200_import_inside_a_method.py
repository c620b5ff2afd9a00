# $ indoubt check S200_import_inside_a_method.py
# Imports belong to the module.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        import random
        self.flag = True

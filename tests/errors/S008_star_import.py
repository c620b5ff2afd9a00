# $ indoubt check S008_star_import.py
# Names that nobody can see.
from __future__ import annotations

from enum import *

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        self.flag = not self.flag

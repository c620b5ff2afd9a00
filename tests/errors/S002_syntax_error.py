# $ indoubt check S002_syntax_error.py
# The file is no Python.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None
        self.flag = True

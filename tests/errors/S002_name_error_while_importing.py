# $ indoubt check S002_name_error_while_importing.py
# The file fails while it is imported.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = FALSE

    @action
    def go(self) -> None:
        self.flag = True

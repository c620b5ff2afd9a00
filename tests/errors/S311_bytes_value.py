# $ indoubt check S311_bytes_value.py
# No bytes.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        x = b"a"
        self.flag = True

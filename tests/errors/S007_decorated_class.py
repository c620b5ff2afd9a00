# $ indoubt check S007_decorated_class.py
# A decorator on the class.
from __future__ import annotations

from dataclasses import dataclass

from indoubt.specs.language import Spec, action


@dataclass
class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        self.flag = not self.flag

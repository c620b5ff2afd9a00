# $ indoubt check S007_foreign_decorator.py
# A decorator that is not ours.
from __future__ import annotations

import functools

from indoubt.specs.language import Spec, action, require


class Demo(Spec):
    flag: bool = False

    @functools.cache
    def fine(self) -> bool:
        return True

    @action
    def go(self) -> None:
        require(self.fine())
        self.flag = not self.flag

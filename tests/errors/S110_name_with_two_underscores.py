# $ indoubt check S110_name_with_two_underscores.py
# Python changes it.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    __flag: bool = False

    @action
    def go(self) -> None:
        self.__flag = True

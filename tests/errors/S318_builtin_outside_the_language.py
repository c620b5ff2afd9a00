# $ indoubt check S318_builtin_outside_the_language.py
# A builtin that is none of ours.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        self.n = divmod(self.n, 2)

# $ indoubt check S303_case_out_of_reach.py
# No count is 9.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    count: Annotated[int, Between(0, 3)] = 0
    done: bool = False

    @action
    def go(self) -> None:
        match self.count:
            case 9:
                self.done = True
            case _:
                self.count = 0

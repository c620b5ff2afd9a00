# $ indoubt check S212_comparison_instead_of_an_assignment.py
# Its value is not used.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        self.flag == True

# $ indoubt check S106_number_of_a_module.py
# There are no fractions.
from __future__ import annotations

import math
from typing import Annotated

from indoubt.specs.language import Between, Spec, action, require





class Demo(Spec):
    count: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        require(self.count < math.pi)
        self.count += 1

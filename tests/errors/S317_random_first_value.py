# $ indoubt check S317_random_first_value.py
# The first value is drawn when Python reads the class: another run checks another spec.
from __future__ import annotations

import random
from typing import Annotated

from indoubt.specs.language import Between, Spec, action





class Demo(Spec):
    die: Annotated[int, Between(1, 6)] = random.randint(1, 6)

    @action
    def reset(self) -> None:
        self.die = 1

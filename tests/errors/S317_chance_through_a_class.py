# $ indoubt check S317_chance_through_a_class.py
# A generator of one's own, and a date: both differ from run to run.
from __future__ import annotations

import random
from datetime import date
from typing import Annotated

from indoubt.specs.language import Between, Spec, action





class Demo(Spec):
    late: bool = False
    die: Annotated[int, Between(1, 6)] = 1

    @action
    def roll(self) -> None:
        self.die = random.SystemRandom().randint(1, 6)

    @action
    def wait(self) -> None:
        self.late = date.today() is not None

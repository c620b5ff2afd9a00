# $ indoubt check S317_constant_made_by_chance.py
# The constant is drawn when the module is imported: another run checks another spec.
from __future__ import annotations

import random
import time
from typing import Annotated

from indoubt.specs.language import Between, Spec, action, require

LIMIT = random.randint(1, 3)
STARTED = time.time()  # nothing in the spec uses it


class Demo(Spec):
    count: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        require(self.count < LIMIT)
        self.count += 1

# $ indoubt check S317_random_not_imported.py
# Importing it would not help.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    count: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        self.count = random.randint(0, 3)

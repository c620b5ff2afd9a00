# $ indoubt check S317_random_imported_by_name.py
# A step depends on chance, imported by name.
from __future__ import annotations

from typing import Annotated
from random import randint

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def roll(self) -> None:
        self.n = randint(0, 3)

# $ indoubt check S330_permutation_of_integers.py
# There are permutations of sorts and of enums.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Permutation, Spec, action


class Demo(Spec):
    on: bool = False

    @action
    def go(self, p: Permutation[Annotated[int, Between(0, 2)]]) -> None:
        self.on = p[0] == 1

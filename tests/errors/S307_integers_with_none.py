# $ indoubt check S307_integers_with_none.py
# None has no place among integers.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, require


class Demo(Spec):
    last: Annotated[int, Between(-2, 2)] | None = None

    @action
    def go(self) -> None:
        require(self.last < 1)
        self.last = 1

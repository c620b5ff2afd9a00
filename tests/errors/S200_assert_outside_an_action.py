# $ indoubt check S200_assert_outside_an_action.py
# `assert` stands in actions; a property and a helper with a result return what they have to say.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, invariant


class Counter(Spec):
    n: Annotated[int, Between(0, 3)] = 0

    def rest(self) -> int:
        assert self.n < 3
        return 3 - self.n

    @action
    def count(self) -> None:
        self.n += min(self.rest(), 1)

    @invariant
    def small(self) -> bool:
        """The counter stays small."""
        assert self.n < 3
        return True

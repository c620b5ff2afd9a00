# $ indoubt check S404_bound_left_in_an_invariant.py B=2
from __future__ import annotations

from indoubt.specs.language import Ordered, Spec, action, first, invariant


class B(Ordered): ...


class Demo(Spec):
    ballot: B | None = None

    @action
    def go(self) -> None:
        self.ballot = first(B) if self.ballot is None else self.ballot.next()

    @invariant
    def low(self) -> bool:
        return self.ballot is None or self.ballot.next() > first(B)

# $ indoubt check S308_next_ballot_by_plus_one.py Ballot=2
# Members of an order are no integers.
from __future__ import annotations

from indoubt.specs.language import Ordered, Spec, action, require


class Ballot(Ordered): ...


class Demo(Spec):
    ballot: Ballot | None = None

    @action
    def go(self) -> None:
        require(self.ballot is not None)
        self.ballot = self.ballot + 1

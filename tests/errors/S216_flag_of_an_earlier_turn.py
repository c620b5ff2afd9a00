# $ indoubt check S216_flag_of_an_earlier_turn.py P=2
# The first turn does nothing, whichever it is.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    members: Set[P] = empty()
    others: Set[P] = empty()

    @action
    def split(self) -> None:
        is_first = True
        for p in self.members:
            if not is_first:
                self.others.add(p)
            is_first = False

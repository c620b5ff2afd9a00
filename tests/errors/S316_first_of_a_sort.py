# $ indoubt check S316_first_of_a_sort.py P=2
# A sort has no first member.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action, first


class P(Sort): ...


class Demo(Spec):
    who: P | None = None

    @action
    def go(self) -> None:
        self.who = first(P)

# $ indoubt check S212_comprehension_as_a_loop.py P=2
# A comprehension makes a value; a loop does something.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    seen: Set[P] = empty()

    @action
    def go(self) -> None:
        [self.seen.add(p) for p in P]

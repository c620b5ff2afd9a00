# $ indoubt check S330_sort_that_does_not_exist.py P=2
# An annotation with a typo.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    who: Pp | None = None

    @action
    def go(self, p: P) -> None:
        self.who = p

# $ indoubt check S104_name_that_does_not_exist.py P=2
# A typo in a name.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    who: P | None = None

    @action
    def go(self, p: P) -> None:
        self.who = q

# $ indoubt check S212_local_name_instead_of_the_variable.py P=2
# Without `self`, this is a name that nobody reads.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    done: bool = False
    who: P | None = None

    @action
    def go(self, p: P) -> None:
        done = True
        self.who = p

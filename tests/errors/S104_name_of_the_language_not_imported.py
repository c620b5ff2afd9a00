# $ indoubt check S104_name_of_the_language_not_imported.py P=2
# The language has it, and the file does not import it.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    who: P | None = None

    @action
    def go(self, p: P) -> None:
        requires(self.who is None)
        self.who = p

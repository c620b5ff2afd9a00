# $ indoubt check S003_no_action.py
# Nothing can happen.
from __future__ import annotations

from indoubt.specs.language import Spec, invariant


class Demo(Spec):
    flag: bool = False

    @invariant
    def calm(self) -> bool:
        return not self.flag

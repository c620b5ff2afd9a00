# $ indoubt check S334_missing_self.py
# A method without self.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    @action
    def go() -> None:
        pass

# $ indoubt check S330_tuple_variable.py
# A record has names for its fields.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    pair: tuple[bool, bool] = (False, False)

    @action
    def go(self) -> None:
        self.pair = (True, False)

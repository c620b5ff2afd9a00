# $ indoubt check S324_keyword_of_require.py
# `require` takes one condition.
from __future__ import annotations

from indoubt.specs.language import Spec, action, require


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        require(self.flag, message="no")
        self.flag = False

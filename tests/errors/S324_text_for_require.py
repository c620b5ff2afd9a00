# $ indoubt check S324_text_for_require.py
# A guard has no message.
from __future__ import annotations

from indoubt.specs.language import Spec, action, require


class Demo(Spec):
    done: bool = False

    @action
    def go(self) -> None:
        require(not self.done, "done already")
        self.done = True

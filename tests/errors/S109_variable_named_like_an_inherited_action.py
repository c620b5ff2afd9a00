# $ indoubt check S109_variable_named_like_an_inherited_action.py::Demo
# The variable hides the action.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Base(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        self.flag = True

    @action
    def back(self) -> None:
        self.flag = False

class Demo(Base):
    go: bool = False

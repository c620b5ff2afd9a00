# $ indoubt check S109_inherited_variable_named_like_an_action.py::Demo
# The action hides the variable.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Base(Spec):
    go: bool = False

    @action
    def back(self) -> None:
        self.go = False

class Demo(Base):
    @action
    def go(self) -> None:
        pass

# $ indoubt check S010_override_without_action.py::Demo
# The subclass would lose the action.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Base(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        self.flag = True

class Demo(Base):
    def go(self) -> None:
        self.flag = False

    @action
    def back(self) -> None:
        self.flag = False

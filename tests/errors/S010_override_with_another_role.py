# $ indoubt check S010_override_with_another_role.py::Demo
# An action becomes an invariant.
from __future__ import annotations

from indoubt.specs.language import Spec, action, invariant


class Base(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        self.flag = True

    @action
    def back(self) -> None:
        self.flag = False

class Demo(Base):
    @invariant
    def back(self) -> bool:
        return True

# $ indoubt check S010_override_of_an_invariant_without_decorator.py::Demo
# The subclass would lose the property.
from __future__ import annotations

from indoubt.specs.language import Spec, action, invariant


class Base(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        self.flag = True

    @invariant
    def calm(self) -> bool:
        return not self.flag

class Demo(Base):
    def calm(self) -> bool:
        return True

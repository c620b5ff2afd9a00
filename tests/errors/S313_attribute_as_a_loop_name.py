# $ indoubt check S313_attribute_as_a_loop_name.py P=2
# A loop gives a name a value.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    who: P | None = None
    members: Set[P] = empty()

    @action
    def go(self) -> None:
        for self.who in self.members:
            self.flag = True

# $ indoubt check S010_all_actions_lost.py::Demo P=2
# The base class has an action, which the override takes away: this is told, and nothing else.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Base(Spec):
    done: bool = False

    @action
    def go(self, p: P) -> None:
        self.done = True


class Demo(Base):
    def go(self, p: P) -> None:
        self.done = False

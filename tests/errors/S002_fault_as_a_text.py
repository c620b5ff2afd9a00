# $ indoubt check S002_fault_as_a_text.py
# Faults are members of an enum.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    done: bool = False

    @action(fault="crash")
    def go(self) -> None:
        self.done = True

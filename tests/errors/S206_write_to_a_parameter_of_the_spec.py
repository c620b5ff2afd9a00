# $ indoubt check S206_write_to_a_parameter_of_the_spec.py
# The run fixes it.
from __future__ import annotations

from indoubt.specs.language import Parameter, Spec, action


class Demo(Spec):
    strict: Parameter[bool] = True
    flag: bool = False

    @action
    def go(self) -> None:
        self.strict = False
        self.flag = True

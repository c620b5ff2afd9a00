# $ indoubt check S332_default_of_a_parameter.py P=2
# The default has to be possible, and the other mistakes are told with it.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Parameter, Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    limit: Parameter[Annotated[int, Between(0, 3)]] = 7
    owner: Parameter[P] = None
    count: int = 0

    @action
    def go(self, p: P) -> None:
        self.count += 1

# $ indoubt check S334_missing_self_of_an_action_with_a_parameter.py P=2
# The first parameter is the state.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action, require


class P(Sort): ...


class Demo(Spec):
    @action
    def go(p: P) -> None:
        require(p == p)

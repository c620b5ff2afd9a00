# $ indoubt check S109_variable_named_like_its_action.py
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    vote: bool = False
    flag: bool = False

    @action
    def vote(self) -> None:
        self.flag = True

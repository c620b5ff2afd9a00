# $ indoubt check S007_foreign_decorator_on_an_action.py
# A decorator that is not ours.
from __future__ import annotations

import functools

from indoubt.specs.language import Spec, action


def logged(f):
    @functools.wraps(f)
    def run(self):
        print("step")
        return f(self)
    return run

class Demo(Spec):
    flag: bool = False

    @action
    @logged
    def go(self) -> None:
        self.flag = not self.flag

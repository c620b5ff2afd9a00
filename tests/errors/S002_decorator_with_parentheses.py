# $ indoubt check S002_decorator_with_parentheses.py
# Only `@action` takes arguments.
from __future__ import annotations

from indoubt.specs.language import Spec, action, invariant


class Demo(Spec):
    done: bool = False

    @action
    def go(self) -> None:
        self.done = True

    @invariant()
    def never_done(self) -> bool:
        return not self.done

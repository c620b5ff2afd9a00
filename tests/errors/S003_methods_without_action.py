# $ indoubt check S003_methods_without_action.py P=2
# The sizes of the run are no mistake: what is wrong is why nobody asks for them.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec


class P(Sort): ...


class Demo(Spec):
    done: bool = False

    def go(self, p: P) -> None:
        self.done = True

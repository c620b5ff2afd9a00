# $ indoubt check S007_invariant_outside_of_the_class.py
# Without its indentation it belongs to no spec.
from __future__ import annotations

from indoubt.specs.language import Spec, action, invariant


class Demo(Spec):
    done: bool = False

    @action
    def go(self) -> None:
        self.done = not self.done


@invariant
def never_done(self) -> bool:
    return not self.done

# $ indoubt check S333_parameter_without_a_type_hides_a_sort.py Node=2
# No annotation mentions the sort that the run gives a size for.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    done: bool = False

    @action
    def go(self, node) -> None:
        self.done = True

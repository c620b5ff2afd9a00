# $ indoubt check S342_sequence_from_a_comprehension_over_a_set.py P=2 log=2
# A set has no order.
from __future__ import annotations

from indoubt.specs.language import Map, Seq, Set, Sort, Spec, action, empty, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)
    members: Set[P] = empty()
    log: Seq[P] = empty()

    @action
    def write(self) -> None:
        self.log = Seq([p for p in self.members if self.voted[p]])

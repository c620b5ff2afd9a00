# $ indoubt check S330_quorum_held_by_a_record.py Node=3
# What a choice promises, a record does not keep.
from __future__ import annotations

from indoubt.specs.language import Quorum, Record, Set, Sort, Spec, action, empty


class Node(Sort): ...


class Epoch(Record):
    members: Quorum[Node]


class Demo(Spec):
    epochs: Set[Epoch] = empty()

    @action
    def begin(self, q: Quorum[Node]) -> None:
        self.epochs.add(Epoch(q))

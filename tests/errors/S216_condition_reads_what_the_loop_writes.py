# $ indoubt check S216_condition_reads_what_the_loop_writes.py P=2
# Only the first two members get in.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    members: Set[P] = empty()

    @action
    def admit(self) -> None:
        for p in P:
            if len(self.members) < 1:
                self.members.add(p)

# $ indoubt check S216_added_and_taken_out_in_one_loop.py P=2
# What one turn adds, another takes out.
from __future__ import annotations

from indoubt.specs.language import Map, Set, Sort, Spec, action, empty, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)
    members: Set[P] = empty()

    @action
    def rotate(self) -> None:
        for p in P:
            if self.voted[p]:
                self.members.add(p)
            else:
                self.members.clear()

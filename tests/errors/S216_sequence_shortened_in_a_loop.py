# $ indoubt check S216_sequence_shortened_in_a_loop.py P=2 log=2
# Each turn takes the first of a sequence for another member.
from __future__ import annotations

from indoubt.specs.language import Map, Seq, Set, Sort, Spec, action, empty, every


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    voted: Map[P, bool] = every(False)
    members: Set[P] = empty()
    log: Seq[P] = empty()

    @action
    def hand_out(self) -> None:
        for p in self.members:
            if len(self.log) > 0:
                x = self.log.pop_first()
                self.voted[x] = self.flag

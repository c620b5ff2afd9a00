# $ indoubt check S401_element_taken_out_of_an_empty_sequence.py P=2 log=2
from __future__ import annotations

from indoubt.specs.language import Map, Seq, Sort, Spec, action, empty, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)
    log: Seq[P] = empty()

    @action
    def take(self, p: P) -> None:
        x = self.log.pop_first()
        self.voted[x] = True

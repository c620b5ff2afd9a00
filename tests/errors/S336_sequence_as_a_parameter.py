# $ indoubt check S336_sequence_as_a_parameter.py P=3 log=2
# Nobody can try all sequences.
from __future__ import annotations

from indoubt.specs.language import Seq, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    log: Seq[P] = empty()

    @action
    def overwrite(self, log: Seq[P]) -> None:
        self.log = log

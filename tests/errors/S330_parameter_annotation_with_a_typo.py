# $ indoubt check S330_parameter_annotation_with_a_typo.py P=2
# An annotation with a typo.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def go(self, p: Prcess) -> None:
        self.voted[p] = True

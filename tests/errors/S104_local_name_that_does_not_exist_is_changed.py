# $ indoubt check S104_local_name_that_does_not_exist_is_changed.py P=2
# A name that nobody has declared has no entries.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def go(self, p: P) -> None:
        votes[p] = True

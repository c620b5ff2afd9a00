# $ indoubt check S314_listed_map_without_a_key.py
# A total map has all keys, each once.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Map, Spec, action, every


class Vote(Enum):
    YES, NO, ABSENT = range(3)


class Demo(Spec):
    given: Map[Vote, bool] = every(False)

    @action
    def leave_out(self) -> None:
        self.given = Map({Vote.YES: True, Vote.NO: False})

    @action
    def repeat(self) -> None:
        self.given = Map({Vote.YES: True, Vote.NO: False, Vote.ABSENT: False, Vote.YES: False})

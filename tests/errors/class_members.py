# $ indoubt check class_members.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


def traced(method):
    return method


class Ballot(Spec):
    LIMIT = 3
    done: bool = False

    @property
    def idle(self) -> bool:
        return not self.done

    @staticmethod
    def both(a: bool, b: bool) -> bool:
        return a and b

    shortcut = lambda self: self.done

    @traced
    @action
    def cast(self, n: Node) -> None:
        require(self.idle)
        self.done = True

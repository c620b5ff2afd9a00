# $ indoubt check chance.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


import random
import time


class Ballot(Spec):
    vote: Map[Node, Vote | None] = every(None)

    @action
    def cast(self, n: Node) -> None:
        self.vote[n] = Vote.YES if random.random() < 0.5 else Vote.NO

    @action
    def expire(self, n: Node) -> None:
        require(time.time() > 0)
        self.vote[n] = None

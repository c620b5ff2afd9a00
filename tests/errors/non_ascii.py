# $ indoubt check non_ascii.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


class Abstimmung(Spec):
    größe: Annotated[int, Between(0, 3)] = 0

    @action
    def wähle(self, n: Node) -> None:
        require(self.größe < 3); self.größe = self.grösse + 1

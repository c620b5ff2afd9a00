# $ indoubt check S330_types_from_elsewhere.py P=2
# What other languages and libraries call a type.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Seq, Set, Sort, Spec, action, empty, every


class P(Sort): ...


class Point:
    x: bool


class Demo(Spec):
    a: Between(0, 3) = 0
    b: Annotated[bool, Between(0, 3)] = False
    c: Map[Seq[P], bool] = every(False)
    d: Point | None = None
    e: "P | None" = None
    f: Set[Pe] = empty()
    g: Set(P) = empty()
    h: float = 0

    @action
    def go(self, p: P) -> None:
        self.e = p

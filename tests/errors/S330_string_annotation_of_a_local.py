# $ indoubt check S330_string_annotation_of_a_local.py P=2
# An annotation that is no type.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    who: P | None = None

    @action
    def go(self, p: P) -> None:
        x: "not a type" = p
        self.who = x

# $ indoubt check S330_recursive_record.py
# A record inside itself.
from __future__ import annotations

from indoubt.specs.language import Record, Spec, action


class Tree(Record):
    left: Tree | None

class Demo(Spec):
    root: Tree | None = None

    @action
    def go(self) -> None:
        self.root = None

# $ indoubt check S311_text_for_an_enum_member.py
# A member of an enum is no text.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Spec, action, require


class Phase(Enum):
    IDLE, BUSY = range(2)


class Demo(Spec):
    phase: Phase = Phase.IDLE

    @action
    def go(self) -> None:
        require(self.phase == "IDLE")
        self.phase = Phase.BUSY

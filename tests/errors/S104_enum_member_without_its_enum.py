# $ indoubt check S104_enum_member_without_its_enum.py
# Members are named with their enum.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Spec, action


class Phase(Enum):
    IDLE, BUSY = range(2)


class Demo(Spec):
    phase: Phase = Phase.IDLE

    @action
    def go(self) -> None:
        self.phase = BUSY

# $ indoubt check S343_enum_member_as_a_new_name.py
# A bare name in a pattern matches everything.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Spec, action


class Phase(Enum):
    IDLE, BUSY = range(2)


class Demo(Spec):
    phase: Phase = Phase.IDLE

    @action
    def go(self) -> None:
        match self.phase:
            case IDLE:
                self.phase = Phase.BUSY

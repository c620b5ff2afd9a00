# $ indoubt check S317_clock.py
# A step depends on the clock.
from __future__ import annotations

import time

from indoubt.specs.language import Spec, action


class Demo(Spec):
    late: bool = False

    @action
    def tick(self) -> None:
        self.late = time.time() > 100

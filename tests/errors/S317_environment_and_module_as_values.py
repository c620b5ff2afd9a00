# $ indoubt check S317_environment_and_module_as_values.py
# What the computer is set to is no part of the state.
from __future__ import annotations

import os
import random
import time

from indoubt.specs.language import Spec, action





class Demo(Spec):
    on: bool = False

    @action
    def go(self) -> None:
        self.on = os.environ["MODE"] == os.sep

    @action
    def draw(self) -> None:
        self.on = random.random > time.time

# $ indoubt check S318_functions_of_the_standard_library.py
# The error is in the line of the author, not in the source of Python.
from __future__ import annotations

import asyncio
import platform
import subprocess

from indoubt.specs.language import Spec, action, invariant





class Demo(Spec):
    on: bool = False

    @action
    def go(self) -> None:
        asyncio.sleep(1)
        self.on = True

    @action
    def stop(self) -> None:
        self.on = platform.system() is None

    @invariant
    def fine(self) -> bool:
        return subprocess.run("true") is not None

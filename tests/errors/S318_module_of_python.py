# $ indoubt check S318_module_of_python.py
# A step writes no log.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    done: bool = False

    @action
    def go(self) -> None:
        logging.info("done")
        self.done = True

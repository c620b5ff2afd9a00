# $ indoubt check S200_async_helper.py
# A helper that waits.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        self.help()
        self.flag = True

    async def help(self) -> None:
        self.flag = True

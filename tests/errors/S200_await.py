# $ indoubt check S200_await.py
# A step waits for nothing.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    async def go(self) -> None:
        await self.wait()
        self.flag = True

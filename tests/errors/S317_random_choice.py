# $ indoubt check S317_random_choice.py P=2
# A step depends on chance.
from __future__ import annotations

import random

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...



class Demo(Spec):
    who: P | None = None

    @action
    def choose(self) -> None:
        self.who = random.choice(list(P))

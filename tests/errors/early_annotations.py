# $ indoubt check early_annotations.py limit=2
from typing import Annotated

from indoubt.specs.language import Between, Parameter, Spec, action


class Counter(Spec):
    limit: Parameter[Annotated[int, Between(1, 3)]] = 1
    count: Annotated[int, Between(0, limit)] = 0

    @action
    def up(self) -> None:
        self.count += 1

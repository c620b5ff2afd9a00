# $ indoubt check several_specs.py
from indoubt.specs.language import Spec, action


class Ballot(Spec):
    done: bool = False

    @action
    def cast(self) -> None:
        self.done = True


class Raffle(Ballot):
    @action
    def draw(self) -> None:
        self.done = False

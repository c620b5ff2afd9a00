# $ indoubt check unbounded_parameter.py
from indoubt.specs.language import Parameter, Spec, action


class Counter(Spec):
    limit: Parameter[int] = 1
    name: Parameter[str] = "a"
    up: bool = False

    @action
    def flip(self) -> None:
        self.up = True

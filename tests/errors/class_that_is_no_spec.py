# $ indoubt check class_that_is_no_spec.py::Ballot
from indoubt.specs.language import Spec, action


class Ballot:
    done: bool = False

    @action
    def cast(self) -> None:
        self.done = True


class Real(Spec):
    done: bool = False

    @action
    def cast(self) -> None:
        self.done = True

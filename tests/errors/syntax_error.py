# $ indoubt check syntax_error.py Node=2
from indoubt.specs.language import Sort, Spec, action


class Node(Sort): ...


class Ballot(Spec):
    done: bool = False

    @action
    def cast(self, n: Node) -> None
        self.done = True

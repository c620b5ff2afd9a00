# $ indoubt check name_error.py Node=2
from indoubt.specs.language import Map, Sort, Spec, action, every


class Node(Sort): ...


class Ballot(Spec):
    done: Map[Node, bool] = evry(False)

    @action
    def cast(self, n: Node) -> None:
        self.done[n] = True

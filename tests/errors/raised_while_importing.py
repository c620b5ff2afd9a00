# $ indoubt check raised_while_importing.py
from indoubt.specs.language import Sort, Spec, action


class Node(Sort): ...


def members() -> list[Node]:
    return list(Node)


NODES = members()

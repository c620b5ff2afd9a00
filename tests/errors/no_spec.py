# $ indoubt check no_spec.py
from indoubt.specs.language import Sort, Spec


class Node(Sort): ...

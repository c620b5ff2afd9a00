# $ indoubt check import_error.py Node=2
from indoubt.specs.language import Sort, Spec, acton


class Node(Sort): ...

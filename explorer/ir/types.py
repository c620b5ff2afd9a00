"""The types of expressions: the finite types of the language, and one that no variable can have."""

from __future__ import annotations

from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import BoolType, Type

BOOL = BoolType()


@dataclass(frozen=True, slots=True)
class ListType:
    """What a list comprehension collects; it exists in locals only. Out of sets, its order means nothing."""

    element: Type
    is_ordered: bool = False


AnyType = Type | ListType

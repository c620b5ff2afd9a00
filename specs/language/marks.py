"""What an annotation says besides a type: the ends of an interval, positions, that a field is durable."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Between:
    """The ends of an interval, both included: `Annotated[int, Between(0, 3)]`."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Index:
    """The positions of a sequence, up to its capacity: `Annotated[int, Index("queue")]`, or `Index["queue"]`.

    A guard `require(i < len(self.queue))` leaves those that there are in this state.
    """

    sequence: str

    def __class_getitem__(cls, sequence: str) -> Any:
        return Annotated[int, cls(sequence)]


@dataclass(frozen=True, slots=True)
class PerNode:
    """The type of a field that every node of a system has: of `value`, for each member of `key`."""

    key: Any
    value: Any


class ParameterMark:
    """Marks the annotation of a parameter of the spec."""


class DurableMark:
    """Marks the annotation of a field of a node that survives a crash."""


T = TypeVar("T")
Durable = Annotated[T, DurableMark]
"""A field of a node that is on disk: `phase: Durable[Phase] = Phase.WORKING`. All others are lost in a crash."""

Parameter = Annotated[T, ParameterMark]
"""A value that the run may set and no step changes: `force_decision: Parameter[bool] = True`."""

"""What is asked of a solver about a property and an action, what speaks against it, and the cases of a question."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol

from indoubt.explorer.ir.expressions import Span
from indoubt.invariants.unbounded.logic import Edge, Formula, Joined, alternations, both, circle, pushed
from indoubt.invariants.unbounded.solver import Answer
from indoubt.invariants.unbounded.theory import Assumption
from indoubt.specs.language.frozen import dataclass

INITIALLY = "initial states"
FOLLOWS = "the other invariants"
"""Where an invariant is a consequence of others in the same state."""
COMPUTABLE = "can be computed"


@dataclass(frozen=True, slots=True)
class Circle:
    """A way of sorts that leads back to its beginning, with what contributes each alternation."""

    sorts: tuple[str, ...]
    by: tuple[tuple[Edge, str, Span | None], ...]


@dataclass(frozen=True, slots=True)
class Concrete:
    """A counterexample to induction at some sizes of the sorts: a state, and the arguments of the action."""

    sizes: Mapping[str, int]
    before: tuple[Any, ...]
    arguments: tuple[Any, ...]


class Small(Protocol):
    """What is asked at small sizes of a property and an action, by their names, and the properties assumed before."""

    def look(self, name: str, action: str, assumed: tuple[str, ...]) -> Concrete | None:
        """A step that breaks the property."""
        ...

    def needed(self, name: str, action: str, assumed: tuple[str, ...]) -> tuple[str, ...] | None:
        """The assumed ones that keep every step there from breaking it, as few as can be; None where nobody knows."""
        ...


@dataclass(frozen=True, slots=True)
class Query:
    """One query: a property and an action, or the initial states, and the answer."""

    property: str
    action: str
    answer: Answer
    circle: Circle | None
    assumed: tuple[str, ...]
    """The invariants that were assumed of the state before the step."""
    concrete: Concrete | None = None
    """A counterexample to induction that was found at some sizes, where the solver has no model."""

    def is_refuted(self) -> bool:
        """Whether there is a state that speaks against the property."""
        return self.concrete is not None or self.answer.model is not None


MOST_CASES = 8


def by_cases(given: Sequence[Assumption], labels: Collection[str]) -> list[list[Assumption]]:
    """The same, once for each choice among the alternatives in what has one of these labels: one of them holds."""
    cases: list[tuple[Assumption, ...]] = [()]
    for one in given:
        ways = _alternatives(one.formula, MOST_CASES // len(cases)) if one.label in labels else [one.formula]
        cases = [(*case, Assumption(one.label, way, one.span)) for case in cases for way in ways]
    return [list(case) for case in cases]


def _alternatives(formula: Formula, most: int) -> list[Formula]:
    """Formulas of which one is true where the whole is, and none elsewhere; as many as there may be."""
    whole = pushed(formula, is_true=True)
    parts = whole.operands if isinstance(whole, Joined) and whole.is_all else (whole,)
    found: list[tuple[Formula, ...]] = [()]
    for part in parts:
        ways = part.operands if isinstance(part, Joined) else (part,)  # below an `and` this is an `or`
        ways = ways if len(found) * len(ways) <= most else (part,)
        found = [(*some, way) for some in found for way in ways]
    return [both(*some) for some in found]


def circle_of(given: Sequence[Assumption]) -> Circle | None:
    """Why a query is not in the decidable fragment, if it is not."""
    by: dict[Edge, Assumption] = {}
    for one in given:
        for edge in alternations(one.formula):
            by.setdefault(edge, one)
    sorts = circle(by)
    if sorts is None:
        return None
    edges = list(pairwise(sorts))
    return Circle(sorts, tuple((edge, by[edge].label, by[edge].span) for edge in edges))

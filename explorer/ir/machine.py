"""The typed machine: the variables, actions and properties of a spec for given sizes and parameters."""

from __future__ import annotations

from collections.abc import Mapping

from indoubt.explorer.ir.expressions import Expr, Local, Span
from indoubt.explorer.ir.statements import Statement
from indoubt.specs.language.fairness import Fairness
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Fault
from indoubt.specs.language.types import Type


@dataclass(frozen=True, slots=True)
class Variable:
    """A state variable; `value` is its declared value, None where `@initial` sets it."""

    name: str
    type: Type
    value: Expr | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A parameter of an action: it ranges over its type, or over the members of the set `among` in this state."""

    local: Local
    range: Type
    among: Expr | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A step; one successor for each choice of its parameters whose guards hold."""

    name: str
    choices: tuple[Choice, ...]
    body: tuple[Statement, ...]
    summary: str
    span: Span
    fault: Fault | None = None
    by: str | None = None
    fairness: Fairness | None = None
    owed: Expr | None = None
    """Where fairness may demand the step, of the state before it and its parameters; None is everywhere."""

    @property
    def fair_places(self) -> tuple[int, ...] | None:
        """The places of the parameters by which fairness tells steps apart; None where nothing is owed."""
        if self.fairness is None:
            return None
        names = [choice.local.name.partition("#")[0] for choice in self.choices]
        return tuple(map(names.index, self.fairness.parameters))


@dataclass(frozen=True, slots=True)
class Property:
    """Something to be checked: `kind` is invariant, step_invariant or reachable; `claim` is its author's sentence."""

    name: str
    kind: str
    condition: Expr
    claim: str
    span: Span


@dataclass(frozen=True, slots=True)
class Temporal:
    """Something to be checked of whole runs, for all values of its parameters; `kind` is one of `TEMPORAL`.

    In a run that breaks it, `goal` fails: from a state on in which `trigger` holds (eventually, leads_to; the former
    begins with it), from some state on (infinitely_often), or again and again (eventually_always). `some`
    is the place of a parameter that means "there is" and not "for all": the goal fails for each of its values then.
    """

    name: str
    kind: str
    choices: tuple[Choice, ...]
    trigger: Expr
    goal: Expr
    claim: str
    span: Span
    some: int | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What is to be seen of a state: where a run asks for it, states with equal `parts` count as one."""

    name: str
    parts: tuple[Expr, ...]
    claim: str
    span: Span


@dataclass(frozen=True, slots=True)
class Machine:
    """A spec for given sizes and parameters."""

    name: str
    sizes: Mapping[str, int]
    variables: tuple[Variable, ...]
    initial: tuple[Action, ...]
    actions: tuple[Action, ...]
    properties: tuple[Property, ...]
    constraints: tuple[Property, ...] = ()
    views: tuple[View, ...] = ()
    temporal: tuple[Temporal, ...] = ()

    @property
    def checked(self) -> tuple[Property | Temporal, ...]:
        """Everything that a run may check, in the order in which it is told."""
        return (*self.properties, *self.temporal)

"""Statements of the typed machine: what an action does, once its helpers are inlined.

A local has one name in a whole action, whatever block introduces it. Guards are `Require` statements; on every path
they precede the writes.
"""

from __future__ import annotations

from indoubt.explorer.ir.expressions import Expr, Literal, Local, Span
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import BoolType, Type


@dataclass(frozen=True, slots=True)
class Target:
    """A place in the state: a variable, or maps and sequences in it (of the types `containers`) at a path of keys."""

    variable: str
    path: tuple[Expr, ...]
    type: Type
    containers: tuple[Type, ...] = ()


@dataclass(frozen=True, slots=True)
class Require:
    """The step is not enabled unless `condition` holds.

    `of_alike` says of a guard that it leaves one of several choices which all lead to the same state: it may name
    members as it likes, since a renaming of them changes which choice is left, and not where the action leads.
    """

    condition: Expr
    span: Span
    of_alike: bool = False


@dataclass(frozen=True, slots=True)
class Assign:
    """Writes `value` to a place in the state."""

    target: Target
    value: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Assert:
    """An `assert` of the author: a step in which `condition` does not hold is a violation named `name`."""

    condition: Expr
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Bind:
    """Gives a local a value."""

    local: Local
    value: Expr


@dataclass(frozen=True, slots=True)
class When:
    """`if`."""

    condition: Expr
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class ForEach:
    """`for` over a set or list; the result must not depend on the order."""

    local: Local
    domain: Expr
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """The body of an inlined helper: a `Return` inside ends the block only."""

    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Return:
    """Nothing more happens in this step or block."""


DROPPED = "dropped "
"""How the name of a local begins that says of a step that it has dropped a message; the name of the link follows.

Nothing reads it, so that no pass has to know it; searches count the steps that bind it.
"""


def dropping(link: str) -> Bind:
    """A message is dropped, since a link is full."""
    return Bind(Local(f"{DROPPED}{link}", BoolType()), Literal(True, BoolType()))


Statement = Require | Assign | Assert | Bind | When | ForEach | Block | Return

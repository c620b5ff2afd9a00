"""Local names that stand for a container of the state: Python shares it, so the name goes stale when it is changed.

`t = self.votes[p]` is a value in the language and the container itself in Python. They differ once
`self.votes[p].add(q)` has changed it in place; reading `t` after that is refused. A new value, as in
`self.votes[p] = empty()`, does no harm: `t` keeps the old one.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from indoubt.explorer.frontend.scope import Scope
from indoubt.explorer.ir.expressions import (
    Collect,
    Conditional,
    Expr,
    Let,
    Load,
    Local,
    Lookup,
    Narrow,
    SetLiteral,
    Span,
    Widen,
)
from indoubt.explorer.ir.sequences import Concat, Element, SeqLiteral
from indoubt.explorer.ir.statements import Target
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.specs.language.types import BagType, MapType, SeqType, SetType, alternatives_of

Origins = frozenset[tuple[str, int]]
"""State variables, and how many keys lead from each to the container."""

CONTAINERS = (SetType, MapType, SeqType, BagType)


def note(scope: Scope, local: Local, value: Expr) -> None:
    """Remember what of the state a local shares, and that it is fresh."""
    scope.stale.pop(local.name, None)
    origins = _origins(scope, value)
    if origins:
        scope.context.shared[local.name] = scope.context.shared.get(local.name, frozenset()) | origins


def note_element(scope: Scope, local: Local, collection: Expr) -> None:
    """Remember what of the state a local shares that ranges over a collection."""
    scope.stale.pop(local.name, None)
    origins = _origins_of_elements(scope, collection)
    if origins and _is_container(local.type):
        scope.context.shared[local.name] = scope.context.shared.get(local.name, frozenset()) | origins


def changed(scope: Scope, node: ast.AST, target: Target, *, in_place: bool) -> None:
    """Make every local stale that shares what a write to `target` changes; `in_place` where a method changes it."""
    depth = len(target.path) - (0 if in_place else 1)
    for name, origins in scope.context.shared.items():
        if any(variable == target.variable and keys <= depth for variable, keys in origins):
            scope.stale.setdefault(name, scope.span(node))


def refuse_stale(scope: Scope, node: ast.Name, local: Local) -> None:
    """Raise Mistake where `local` shares something that has changed since it was bound."""
    if local.name in scope.stale:
        scope.fail(
            "S214",
            node,
            f"`{node.id}` is a part of the state that has changed since",
            "Python sees the change here",
            f"{_copying(node.id, local.type)}, or read the state again",
            other=scope.stale[local.name],
            other_label="changed here",
        )


def _copying(name: str, type_: AnyType) -> str:
    """How to have a value of its own under a name, as far as a container of this type can be copied."""
    kinds = () if isinstance(type_, ListType) else alternatives_of(type_)
    if any(isinstance(one, SeqType) for one in kinds):
        return f"copy it before, as in `{name} = Seq(...)`"
    if any(isinstance(one, SetType) for one in kinds):
        return f"copy it before, as in `{name} = Set(...)`"
    if any(isinstance(one, MapType) for one in kinds):
        return "copy it before"
    return "ask before the change what you want to know of it"


def stale_names(scope: Scope, names: Mapping[str, object]) -> dict[str, Span]:
    """Those of `names` whose locals are stale in `scope`, with the places of the changes."""
    bound = {name: scope.names.get(name) for name in names}
    return {
        name: scope.stale[local.name]
        for name, local in bound.items()
        if isinstance(local, Local) and local.name in scope.stale
    }


def remember(scope: Scope, stale: Mapping[str, Span]) -> None:
    """Make the locals stale that these names have in `scope`."""
    for name, span in stale.items():
        local = scope.names.get(name)
        if isinstance(local, Local):
            scope.stale[local.name] = span


def _origins(scope: Scope, value: Expr) -> Origins:
    if not _is_container(value.type):
        return frozenset()
    match value:
        case Load(variable, _, False):
            return frozenset({(variable, 0)})
        case Lookup(container, _, _) | Element(container, _, _):
            return frozenset((variable, keys + 1) for variable, keys in _origins(scope, container))
        case Narrow(inner, _) | Widen(inner, _):
            return _origins(scope, inner)
        case Conditional(_, then, otherwise, _):
            return _origins(scope, then) | _origins(scope, otherwise)
        case Let(local, bound, body, _):  # what a helper returns
            origins = _origins(scope, bound)
            if origins:
                scope.context.shared[local.name] = origins
            return _origins(scope, body)
        case Local(name, _):
            return scope.context.shared.get(name, frozenset())
        case _:
            return frozenset()


def _origins_of_elements(scope: Scope, collection: Expr) -> Origins:
    """What of the state the elements of a collection share."""
    match collection:
        case Collect(element, generators, _):
            for one in generators:
                note_element(scope, one.local, one.domain)
            return _origins(scope, element)
        case SeqLiteral(elements, _) | SetLiteral(elements, _):
            return frozenset[tuple[str, int]]().union(*(_origins(scope, one) for one in elements))
        case Concat(left, right, _):
            return _origins_of_elements(scope, left) | _origins_of_elements(scope, right)
        case _:
            return frozenset((variable, keys + 1) for variable, keys in _origins(scope, collection))


def _is_container(type_: AnyType) -> bool:
    return not isinstance(type_, ListType) and any(isinstance(one, CONTAINERS) for one in alternatives_of(type_))

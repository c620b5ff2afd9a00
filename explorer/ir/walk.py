"""Walking and rewriting machines: one generic function for each, over the fields of the nodes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from operator import is_not
from typing import Any, TypeGuard, TypeVar, get_args

from indoubt.explorer.ir.expressions import Exists, Expr, ForAll, Generator, Let, Load, Local, Tabulate
from indoubt.explorer.ir.statements import DROPPED, Bind, Statement, Target
from indoubt.specs.language.types import Type

N = TypeVar("N")
EXPRESSIONS = get_args(Expr)
"""The classes of expressions."""
_NODES = (*EXPRESSIONS, *get_args(Statement), Generator, Target)
_FIELDS = {node: tuple(field.name for field in dataclasses.fields(node)) for node in _NODES}
_BELOW = {node: tuple(name for name in names if name != "type") for node, names in _FIELDS.items()}
"""Of each class of nodes the fields that may hold nodes, or values; types are none."""


def walk(node: Any) -> Iterator[Any]:
    """Every node below `node`, itself first, then from left to right."""
    todo = [node]
    while todo:
        one = todo.pop()
        names = _BELOW.get(one.__class__)
        if names is not None:
            yield one
            for name in reversed(names):
                part = getattr(one, name)
                if part.__class__ in _FIELDS or (part.__class__ is tuple and name != "value"):
                    todo.append(part)
        elif _is_tuple(one):
            todo.extend(reversed(one))


def below(node: Any) -> Iterator[Any]:
    """The nodes that a node is made of, from left to right; those in a tuple."""
    if _is_tuple(node):
        for part in node:
            yield from below(part) if _is_tuple(part) else (part,)
        return
    for name in _BELOW.get(node.__class__, ()):
        part = getattr(node, name)
        if part.__class__ in _FIELDS:
            yield part
        elif part.__class__ is tuple and name != "value":
            yield from below(part)


def rewrite(node: N, rule: Callable[[Expr], Expr]) -> N:
    """`node` with `rule` applied to every expression in it, from the leaves up."""
    rewritten: N = _rewritten(node, rule)
    return rewritten


def _rewritten(node: Any, rule: Callable[[Expr], Expr]) -> Any:
    if _is_tuple(node):
        inner = tuple([_rewritten(item, rule) for item in node])
        return inner if any(map(is_not, inner, node)) else node
    names = _FIELDS.get(node.__class__)
    if names is None:
        return node
    changes: dict[str, Any] = {}
    for name in names:
        old = getattr(node, name)
        if old.__class__ is tuple or old.__class__ in _FIELDS:
            new = _rewritten(old, rule)
            if new is not old:
                changes[name] = new
    changed = dataclasses.replace(node, **changes) if changes else node
    return rule(changed) if isinstance(changed, EXPRESSIONS) else changed


def _is_tuple(node: object) -> TypeGuard[tuple[Any, ...]]:
    return isinstance(node, tuple)


def mentions(node: Any, name: str) -> bool:
    """Whether a state variable or local of this name occurs in `node`."""
    return any(
        (isinstance(part, Load) and part.variable == name) or (isinstance(part, Local) and part.name == name)
        for part in walk(node)
    )


def drops_in(node: Any) -> list[str]:
    """The links on which something below `node` may drop a message since they are full."""
    named = (part.local.name for part in walk(node) if isinstance(part, Bind))
    return list(dict.fromkeys(name.removeprefix(DROPPED) for name in named if name.startswith(DROPPED)))


def locals_in(node: Any) -> set[str]:
    """The names of all locals that occur in `node`, bound ones included."""
    return {part.name for part in walk(node) if isinstance(part, Local)}


def free_locals(node: Any) -> set[str]:
    """The names of the locals that occur in `node` and are not bound there; no two binders share a name."""
    return locals_in(node) - binders_in(node)


def binders_in(node: Any) -> set[str]:
    """The names of the locals that are bound in `node`."""
    binders = (part for part in walk(node) if isinstance(part, (Exists, ForAll, Generator, Let, Tabulate)))
    return {(one.key if isinstance(one, Tabulate) else one.local).name for one in binders}


def types_of(part: Any) -> Iterator[Type]:
    """Every type in a machine, or in a part of it, those inside of others too."""
    parts: Any = part
    if isinstance(part, tuple):
        for item in parts:
            yield from types_of(item)
    elif dataclasses.is_dataclass(part) and not isinstance(part, type):
        if isinstance(part, Type):
            yield part
        for field in dataclasses.fields(part):
            yield from types_of(getattr(part, field.name))

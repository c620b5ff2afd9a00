"""Local names where paths meet: after a choice, and at the head of a loop, a name that they rebind is one local.

As in static single assignment form: where the locals of two paths differ, a fresh one of a type that holds both is
bound at the end of each.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from indoubt.explorer.frontend import aliases, expressions
from indoubt.explorer.frontend.coercion import coerce, narrowed
from indoubt.explorer.frontend.narrowing import still_true
from indoubt.explorer.frontend.scope import Scope, StateName
from indoubt.explorer.ir.expressions import Expr, Local
from indoubt.explorer.ir.statements import Bind, Return, Statement
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language.types import IntType, MapType, SeqType, SetType, Type, UnionType

ANY_INT = IntType(-(10**9), 10**9)
"""The type of an integer that every turn of a loop may change: what it is stored into checks its interval."""


def after_choice(
    scope: Scope, node: ast.AST, left: Scope, a: Sequence[Statement], right: Scope, b: Sequence[Statement]
) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The two branches of a choice in `scope`, with the names that they leave behind settled in it.

    A name of one branch alone has no value afterwards, unless the other branch has returned.
    """
    forget(scope, (*a, *b))
    if ends(a) or ends(b):
        if ends(a) != ends(b):
            scope.names = dict((right if ends(a) else left).names)
        return tuple(a), tuple(b)
    then, otherwise = list(a), list(b)
    for name, first in left.names.items():
        second = right.names.get(name)
        if first == second:
            scope.names[name] = first
        elif not isinstance(first, StateName) and second is not None and not isinstance(second, StateName):
            # What a test of one branch has shown about the name is known where the branch ends, and not beyond.
            one, other = expressions.joined(scope, narrowed(left, first), narrowed(right, second), node)
            local = scope.context.fresh(name, _holding(one, other))
            scope.names[name] = local
            aliases.note(left, local, one)
            aliases.note(right, local, other)
            then.append(Bind(local, one))
            otherwise.append(Bind(local, other))
    return tuple(then), tuple(otherwise)


def rebound(scope: Scope, body: Sequence[ast.stmt]) -> dict[str, Expr]:
    """The values that names have before a loop, for the names that its body binds anew."""
    stored = {
        part.id
        for statement in body
        for part in ast.walk(statement)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    return {name: value for name, value in scope.names.items() if name in stored and not isinstance(value, StateName)}


def heads(scope: Scope, before: dict[str, Expr], types: dict[str, AnyType]) -> dict[str, Local]:
    """The locals that hold these names at the head of a loop: those that hold them before it, if the types allow."""
    return {
        name: value
        if isinstance(value, Local) and value.type == types[name] and value.name not in scope.context.parameters
        else scope.context.fresh(name, types[name])
        for name, value in before.items()
    }


def widened(scope: Scope, node: ast.AST, held: dict[str, Local], end: Scope, turn: int) -> dict[str, AnyType]:
    """Types that hold both what the names had at the head of a loop and what they have at its end."""
    types: dict[str, AnyType] = {}
    for name, head in held.items():
        last = end.names[name]
        assert not isinstance(last, StateName)
        wide = _holding(*expressions.joined(scope, head, last, node))
        types[name] = _settled(head.type, wide) if turn > 1 else wide
    return types


def _settled(before: AnyType, wide: AnyType) -> AnyType:
    """A type that no further turn makes wider: the intervals that still grow, in whatever container, are opened."""
    match before, wide:
        case _ if before == wide:
            return wide
        case _, IntType():
            return ANY_INT
        case MapType(_, one), MapType(key, other):
            return MapType(key, _of_values(one, other))
        case SetType(one), SetType(other):
            return SetType(_of_values(one, other))
        case SeqType(one), SeqType(other):
            return SeqType(_of_values(one, other))
        case UnionType(), UnionType(alternatives):
            return UnionType(tuple(ANY_INT if isinstance(one, IntType) else one for one in alternatives))
        case _:
            return wide


def _of_values(before: Type, wide: Type) -> Type:
    settled = _settled(before, wide)
    assert not isinstance(settled, ListType)
    return settled


def bindings(scope: Scope, node: ast.AST, held: dict[str, Local], values: dict[str, Expr]) -> list[Statement]:
    """Give each local at the head of a loop its value, where it does not have it yet."""
    found: list[Statement] = []
    for name, head in held.items():
        if values[name] != head:
            assert not isinstance(head.type, ListType)
            aliases.note(scope, head, values[name])
            found.append(Bind(head, coerce(scope, values[name], head.type, node, f"`{name}`")))
    return found


def forget(scope: Scope, body: Sequence[Statement]) -> None:
    """Drop what tests have shown about locals that `body` binds anew."""
    for part in walk(tuple(body)):
        if isinstance(part, Bind):
            scope.facts = still_true(scope.facts, part.local.name)


def ends(body: Sequence[Statement]) -> bool:
    """Whether nothing after these statements is reached."""
    return bool(body) and isinstance(body[-1], Return)


def _holding(one: Expr, other: Expr) -> AnyType:
    """The type of two joined expressions; intervals are left as they are by joining."""
    if isinstance(one.type, IntType) and isinstance(other.type, IntType):
        return IntType(min(one.type.low, other.type.low), max(one.type.high, other.type.high))
    return one.type

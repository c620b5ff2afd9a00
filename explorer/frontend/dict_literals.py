"""`Map({E.A: x, E.B: y})`: a total map whose keys are listed, each once."""

from __future__ import annotations

import ast
import functools
from typing import Any

from indoubt.explorer.frontend import expressions
from indoubt.explorer.frontend.coercion import coerce, hull, unbounded, with_room_for_all
from indoubt.explorer.frontend.scope import Scope
from indoubt.explorer.ir.expressions import Conditional, Equal, Expr, Literal, Tabulate
from indoubt.explorer.ir.types import ListType
from indoubt.explorer.ir.values import decode, encoded_members
from indoubt.specs.language.types import BoolType, EnumType, IntType, MapType, NoneType, Type, alternatives_of

NAMED = (EnumType, BoolType, IntType, NoneType)
"""Types whose values an author can write down; the members of a sort have no names."""


def as_map(scope: Scope, node: ast.Dict, wanted: Type | None) -> Expr | None:
    """The map that a dict stands for; None where its keys are none that could be listed.

    Raises Mistake where a key is left out or given twice.
    """
    key_type = _key_type(scope, node, wanted)
    if key_type is None or not all(isinstance(one, NAMED) for one in alternatives_of(key_type)):
        return None
    values: dict[Any, tuple[ast.expr, Expr]] = {}
    of_value = wanted.value if isinstance(wanted, MapType) else None
    for key, value in zip(node.keys, node.values, strict=True):
        lowered = None if key is None else unbounded(expressions.expression(scope, key, key_type))
        if key is None or not isinstance(lowered, Literal):
            return None
        if lowered.value in values:
            title = f"`{ast.unparse(key)}` is given two values"
            scope.fail("S314", key, title, "the second", "give every key one value: delete one of the two")
        values[lowered.value] = value, expressions.annotated_as(scope, value, of_value)
    keys = encoded_members(key_type)
    _refuse_unlisted(scope, node, key_type, [key for key in keys if key not in values])
    if len(values) > len(keys):
        return None  # integers outside of the interval
    return _chosen(scope, key_type, of_value, {key: values[key] for key in keys})


def _key_type(scope: Scope, node: ast.Dict, wanted: Type | None) -> Type | None:
    """The type of the keys: what is wanted, or else the one that the keys have."""
    if isinstance(wanted, MapType):
        return wanted.key
    types = [expressions.expression(scope, key).type for key in node.keys if key is not None]
    known = [one for one in types if not isinstance(one, ListType)]
    if not known or len(known) < len(node.keys):
        return None
    found = functools.reduce(hull, known)
    wide = any(isinstance(one, IntType) and one.high - one.low >= len(known) for one in alternatives_of(found))
    return None if wide else found


def _refuse_unlisted(scope: Scope, node: ast.Dict, key_type: Type, missing: list[Any]) -> None:
    if missing:
        names = [f"`{decode(key, key_type)}`" for key in missing]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        shown = ", ".join(names[:3]) + more
        help_ = f"give {shown} a value as well, or change one key: `self.m[k] = v`"
        scope.fail("S314", node, "this does not give every key a value", "a `Map` is total", help_)


def _chosen(scope: Scope, key_type: Type, of_value: Type | None, values: dict[Any, tuple[ast.expr, Expr]]) -> Expr:
    """The map that gives each key its value, all of one type."""
    for node, value in values.values():
        if isinstance(value.type, ListType):
            scope.fail("S302", node, "a list cannot be a value of a map", "a list here", "collect a set instead")
    types = [value.type for _, value in values.values() if not isinstance(value.type, ListType)]
    type_ = functools.reduce(hull, types) if of_value is None else with_room_for_all(types, of_value)
    local = scope.context.fresh("key", key_type)
    listed = [(key, coerce(scope, value, type_, node, "a value of this map")) for key, (node, value) in values.items()]
    body = listed[-1][1]
    for key, value in reversed(listed[:-1]):
        body = Conditional(Equal(local, Literal(key, key_type)), value, body, type_)
    return Tabulate(local, body, MapType(key_type, type_))

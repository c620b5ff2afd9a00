"""Calls that make a value: sets, maps, records, and members of an order."""

from __future__ import annotations

import ast
import dataclasses
from enum import Enum

from indoubt.explorer.frontend import advice, comprehensions, dict_literals, expressions, helpers
from indoubt.explorer.frontend.advice import text_of
from indoubt.explorer.frontend.coercion import coerce
from indoubt.explorer.frontend.scope import Scope, constant
from indoubt.explorer.ir.expressions import Combine, Construct, Expr, Field, Literal, Load, Local, Lookup, Narrow
from indoubt.explorer.ir.sequences import Element
from indoubt.specs.language.annotations import record_type
from indoubt.specs.language.sorts import Ordered, Sort, size_of
from indoubt.specs.language.types import MapType, NotFinite, RecordType, SetType, SortType, Type, UnionType, type_text
from indoubt.specs.language.values import Record

FIRST_VALUE = "is_part_of_a_first_value"
"""An attribute of syntax that was copied from the declaration of a field."""


def new_set(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    """`Set(...)`, `set(...)` or `empty()`."""
    if not node.args:
        if not isinstance(wanted, SetType):
            scope.fail(
                "S322",
                node,
                "the elements of this empty set are not known",
                "a set of what?",
                "assign it to a variable of the state, or annotate the name",
            )
        return Literal(frozenset(), wanted)
    if isinstance(node.args[0], (ast.GeneratorExp, ast.ListComp, ast.SetComp)):
        return comprehensions.as_set(comprehensions.collect(scope, node.args[0], wanted))
    if isinstance(node.args[0], (ast.List, ast.Tuple)):
        return expressions.expression(scope, ast.copy_location(ast.Set(node.args[0].elts), node), wanted)
    if len(node.args) != 1 or node.keywords:
        title, help_ = f"`{ast.unparse(node.func)}` takes one collection", "write a set: `{a, b}`"
        scope.fail("S324", node, title, "wrong arguments", help_)
    one = f"`{{{ast.unparse(node.args[0])}}}`"
    return _copied(comprehensions.as_set(comprehensions.elements(scope, node.args[0], one)))


def _copied(value: Expr) -> Expr:
    """A set of the state as a value of its own, which does not see later changes, see `aliases`."""
    if isinstance(value.type, SetType) and isinstance(value, Load | Local | Lookup | Element | Narrow):
        return Combine("|", value, Literal(frozenset(), value.type), value.type)
    return value


def new_map(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    """`Map({k: ... for k in K})`, or `Map({k: ..., l: ...})` with every key."""
    if isinstance(node.args[0], ast.DictComp):
        return comprehensions.collect(scope, node.args[0], wanted)
    if isinstance(node.args[0], ast.Dict):
        listed = dict_literals.as_map(scope, node.args[0], wanted)
        if listed is not None:
            return listed
    key = type_text(wanted.key) if isinstance(wanted, MapType) else "K"
    scope.fail(
        "S314",
        node,
        "this does not give every key a value",
        "a `Map` is total",
        f"write `Map({{k: ... for k in {key}}})` over the whole key type, or change one key: `self.m[k] = v`",
    )


def instance(scope: Scope, node: ast.Call, cls: type) -> Expr:
    """A call of a class of the author: a record, or a member of an order by its number."""
    if issubclass(cls, Record):
        try:
            type_ = record_type(cls)
        except NotFinite as error:
            scope.fail("S330", node, error.message, "of no finite type", error.help)
        if not type_.fields and (node.args or node.keywords):
            name = cls.__name__
            help_ = "declare its fields in the class, each with its type: `x: <type>`"
            scope.fail("S324", node, f"`{name}` has no fields", "arguments for nothing", help_)
        given = helpers.matched(scope, node, [name for name, _ in type_.fields], cls.__name__, _defaults(cls))
        fields: list[Expr] = []
        for name, field_type in type_.fields:
            argument = given[name]
            if isinstance(argument, Literal):
                fields.append(coerce(scope, argument, field_type, node, f"field `{name}`"))
            else:
                # Python's record does not know the keys of its maps, so `every(...)` has no place in it, but in a
                # first value: a field that is declared settles it.
                is_map = isinstance(field_type, MapType) and not hasattr(argument, FIRST_VALUE)
                lowered = (
                    expressions.expression(scope, argument)
                    if is_map
                    else expressions.expression_for(scope, argument, field_type)
                )
                fields.append(coerce(scope, lowered, field_type, argument, f"field `{name}` of `{cls.__name__}`"))
        return Construct(type_, tuple(fields))
    if issubclass(cls, Ordered) and len(node.args) == 1 and isinstance(node.args[0], ast.Constant | ast.UnaryOp):
        index = getattr(expressions.expression(scope, node.args[0]), "value", None)
        if isinstance(index, int) and 0 <= index < size_of(cls):
            return Literal(index, SortType(cls))
        scope.fail(
            "S320",
            node,
            f"`{ast.unparse(node)}` does not exist",
            "out of range",
            f"{cls.__name__} has {size_of(cls)} members",
        )
    if issubclass(cls, Ordered):
        title = f"`{ast.unparse(node)}` is no constant member of `{cls.__name__}`"
        help_ = f"write `first({cls.__name__})`, `last({cls.__name__})`, `x.next()`, or a parameter `x: {cls.__name__}`"
        scope.fail("S321", node, title, "its number is computed here", help_)
    if issubclass(cls, Sort):
        scope.fail(
            "S321",
            node,
            f"`{ast.unparse(node)}` tells a member of a sort apart",
            "members are interchangeable",
            "make it a parameter, or declare a sort of its own for a distinguished node",
        )
    help_ = "derive it from `Record` or `Message` to make values of it here"
    if issubclass(cls, Enum):
        help_ = f"name the member: `{cls.__name__}.{next(iter(cls.__members__), 'X')}`"
    scope.fail("S318", node, f"`{cls.__name__}(...)` is outside the language", "not understood", help_)


def _defaults(cls: type[Record]) -> dict[str, Literal]:
    found: dict[str, Literal] = {}
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]  # subclasses are dataclasses
        literal = None if field.default is dataclasses.MISSING else constant(field.default)
        if literal is not None:
            found[field.name] = literal
    return found


def changed_record(scope: Scope, node: ast.Call, record: Expr) -> Expr:
    """`replace(record, ...)`: the record with the fields that the keywords name changed."""
    if not isinstance(record.type, RecordType):
        help_ = advice.for_union(record.type, node.args[0]) if isinstance(record.type, UnionType) else "give a record"
        scope.fail("S309", node, f"a `{text_of(record.type)}` has no fields to replace", "no record", help_)
    fields = dict(record.type.fields)
    changes: dict[str, Expr] = {}
    for keyword in node.keywords:
        if keyword.arg not in fields:
            scope.fail(
                "S102",
                keyword.value,
                f"`{text_of(record.type)}` has no field `{keyword.arg}`",
                "no such field",
                f"its fields: {', '.join(fields) or 'none'}",
            )
        changes[str(keyword.arg)] = expressions.expression(scope, keyword.value, fields[str(keyword.arg)])
    return Construct(
        record.type, tuple(changes.get(name, Field(record, name, type_)) for name, type_ in record.type.fields)
    )

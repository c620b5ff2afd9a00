"""Calls in expressions: the built-in functions of the language, methods of values, records, and helpers."""

from __future__ import annotations

import ast
import dataclasses
from typing import Any

from indoubt.explorer.frontend import comprehensions, expressions, helpers
from indoubt.explorer.frontend.coercion import coerce, common, ordered, test_of, text_of
from indoubt.explorer.frontend.names import suggestion
from indoubt.explorer.frontend.scope import MISSING, Scope, StateName, constant, is_function
from indoubt.explorer.ir.nodes import (
    Below,
    Conditional,
    Construct,
    Expr,
    Field,
    Fold,
    ListType,
    Literal,
    Local,
    Members,
    Neighbour,
    Or,
    Size,
    Subset,
    Tabulate,
)
from indoubt.specs.language import sorts, values
from indoubt.specs.language.domains import cardinality
from indoubt.specs.language.sorts import Ordered, Sort, size_of
from indoubt.specs.language.types import (
    IntType,
    MapType,
    QuorumType,
    RecordType,
    SetType,
    SortType,
    Type,
    UnionType,
    alternatives_of,
    record_type,
)

RANDOM_MODULES = ("random", "time", "uuid", "secrets", "datetime")


def call(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    """The value of a call."""
    if any(isinstance(argument, ast.Starred) for argument in node.args) or any(k.arg is None for k in node.keywords):
        scope.fail(
            "S315", node, "`*` and `**` arguments are outside the language", "unpacked here", "name each argument"
        )
    match node.func:
        case ast.Attribute(ast.Name(owner), name) if isinstance(scope.names.get(owner), StateName):
            state = scope.names[owner]
            assert isinstance(state, StateName)
            return _own_method(scope, node, state, name)
        case ast.Attribute(value, name) if scope.python_object(node.func) is MISSING:
            return _method(scope, node, expressions.expression(scope, value), name)
    function = scope.python_object(node.func)
    if function is MISSING:
        known = [*scope.names, *scope.function.object.__globals__, "any", "all", "sum", "len", "min", "max"]
        name = ast.unparse(node.func)
        scope.fail(
            "S104", node.func, f"no name `{name}`", "not defined here", suggestion(name, known) or "define it first"
        )
    return _function(scope, node, function, wanted)


def _function(scope: Scope, node: ast.Call, function: Any, wanted: Type | None) -> Expr:
    arguments = node.args
    if function in (any, all) and len(arguments) == 1:
        return comprehensions.quantified(scope, "any" if function is any else "all", arguments[0])
    if function is len and len(arguments) == 1:
        collection = comprehensions.domain(scope, arguments[0])
        return Size(collection, IntType(0, _largest(collection)))
    if function is sum and len(arguments) == 1:
        return _sum(scope, arguments[0])
    if function in (min, max):
        return _extreme(scope, node, "min" if function is min else "max")
    if function is isinstance and len(arguments) == 2:
        return _isinstance(scope, arguments[0], arguments[1])
    if function in (values.Set, values.empty, set, frozenset):
        return _set(scope, node, wanted)
    if function is values.every and len(arguments) == 1:
        return _every(scope, node, arguments[0], wanted)
    if function is values.Map and len(arguments) == 1 and isinstance(arguments[0], ast.DictComp):
        return comprehensions.collect(scope, arguments[0], wanted)
    if function is values.replace and len(arguments) == 1:
        return _replace(scope, node, expressions.expression(scope, arguments[0]))
    if function is sorts.before and len(arguments) == 2:
        left, right = (expressions.expression(scope, argument) for argument in arguments)
        return Below(*ordered(scope, left, right, node))
    if function in (sorts.first, sorts.last) and len(arguments) == 1:
        order = _order_class(scope, arguments[0])
        return Literal(0 if function is sorts.first else size_of(order) - 1, SortType(order))
    if function is sorts.quorums and len(arguments) == 1:
        sort = scope.python_object(arguments[0])
        if isinstance(sort, type) and issubclass(sort, Sort):
            return Members(SetType(QuorumType(SortType(sort))))
        scope.fail("S316", arguments[0], "`quorums` wants a sort", "no sort", "write `quorums(S)` with a Sort S")
    if isinstance(function, type):
        return _construct(scope, node, function)
    if is_function(function) and not _is_foreign(function):
        return helpers.call_function(scope, node, function)
    _refuse(scope, node, function)


def _refuse(scope: Scope, node: ast.Call, function: Any) -> Any:
    name = ast.unparse(node.func)
    if getattr(function, "__module__", None) in RANDOM_MODULES or name.split(".")[0] in RANDOM_MODULES:
        scope.fail(
            "S317",
            node,
            f"`{name}` would make a step depend on chance or time",
            "not determined by the state",
            "make it a parameter of the action: parameters are the nondeterminism that is explored",
        )
    if function in (hash, id, sorted, list, dict, tuple, range, int, str, float, print):
        reason = {sorted: "sets have no order", range: "range over a sort or an interval's type"}.get(
            function, "not understood"
        )
        scope.fail(
            "S318", node, f"`{name}` is outside the language", reason, "see `docs/language.md` for the forms there are"
        )
    scope.fail(
        "S318",
        node,
        f"`{name}` is outside the language",
        "not understood",
        "call helpers of the spec, functions of your module, any, all, sum, len, min, max",
    )


def _is_foreign(function: Any) -> bool:
    return str(getattr(function, "__module__", "")) in (*RANDOM_MODULES, "builtins", "math", "functools", "itertools")


def _own_method(scope: Scope, node: ast.Call, state: StateName, name: str) -> Expr:
    method = getattr(scope.context.spec, name, None)
    if is_function(method):
        return helpers.call_method(scope, node, state, name)
    nested = scope.python_object(node.func)
    if isinstance(nested, type):
        return _construct(scope, node, nested)
    known = [n for n in dir(scope.context.spec) if is_function(getattr(scope.context.spec, n))]
    scope.fail(
        "S107",
        node.func,
        f"`{scope.context.spec.__name__}` has no method `{name}`",
        "not defined",
        suggestion(name, known) or "define it in the class",
    )


def _method(scope: Scope, node: ast.Call, value: Expr, name: str) -> Expr:
    type_ = value.type
    match type_, name:
        case SortType(cls), ("next" | "prev") if issubclass(cls, Ordered) and not node.args:
            return Neighbour(value, 1 if name == "next" else -1, type_)
        case SetType(), ("issubset" | "issuperset") if len(node.args) == 1:
            a, b = common(scope, value, comprehensions.domain(scope, node.args[0]), node)
            return Subset(a, b) if name == "issubset" else Subset(b, a)
        case MapType(), ("keys" | "values" | "items"):
            if name == "keys":
                return Members(SetType(type_.key))
            help_ = f"write `for ... in {ast.unparse(node)}` in a comprehension"
            scope.fail("S319", node, f"`.{name}()` is for ranging over", "used as a value", help_)
        case SetType(), ("add" | "discard" | "remove" | "update" | "clear"):
            scope.fail(
                "S202",
                node,
                f"`.{name}()` changes a set inside an expression",
                "a change here",
                "make it a statement of its own, on a variable of the state",
            )
    if isinstance(type_, UnionType):
        help_ = "rule out None first, as in `require(x is not None)`"
    else:
        there_is = {
            SortType: "next, prev (of an Ordered)",
            SetType: "issubset, issuperset",
            MapType: "keys, values, items",
        }
        help_ = f"it has: {there_is.get(type(type_), 'none')}"  # type: ignore[call-overload]
    scope.fail("S107", node.func, f"a `{text_of(type_)}` has no method `{name}`", "no such method", help_)


def _construct(scope: Scope, node: ast.Call, cls: type) -> Expr:
    if issubclass(cls, values.Record):
        type_ = record_type(cls)
        given = helpers.matched(scope, node, [name for name, _ in type_.fields], cls.__name__, _defaults(cls))
        fields = []
        for name, field_type in type_.fields:
            argument = given[name]
            if isinstance(argument, Literal):
                fields.append(coerce(scope, argument, field_type, node, f"field `{name}`"))
            else:
                lowered = expressions.expression_for(scope, argument, field_type)
                fields.append(coerce(scope, lowered, field_type, argument, f"field `{name}` of `{cls.__name__}`"))
        return Construct(type_, tuple(fields))
    if issubclass(cls, Ordered) and len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
        index = node.args[0].value
        if isinstance(index, int) and 0 <= index < size_of(cls):
            return Literal(index, SortType(cls))
        scope.fail(
            "S320",
            node,
            f"`{ast.unparse(node)}` does not exist",
            "out of range",
            f"{cls.__name__} has {size_of(cls)} members",
        )
    if issubclass(cls, Sort):
        scope.fail(
            "S321",
            node,
            f"`{ast.unparse(node)}` tells a member of a sort apart",
            "members are interchangeable",
            "make it a parameter, or declare a sort of its own for a distinguished node",
        )
    scope.fail(
        "S318",
        node,
        f"`{cls.__name__}(...)` is outside the language",
        "not understood",
        "records and messages can be made here",
    )


def _defaults(cls: type[values.Record]) -> dict[str, Literal]:
    found: dict[str, Literal] = {}
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        literal = None if field.default is dataclasses.MISSING else constant(field.default)
        if literal is not None:
            found[field.name] = literal
    return found


def _replace(scope: Scope, node: ast.Call, record: Expr) -> Expr:
    if not isinstance(record.type, RecordType):
        scope.fail("S309", node, f"a `{text_of(record.type)}` has no fields to replace", "no record", "give a record")
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


def _set(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
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
    return comprehensions.as_set(comprehensions.domain(scope, node.args[0]))


def _every(scope: Scope, node: ast.Call, value: ast.expr, wanted: Type | None) -> Expr:
    if not isinstance(wanted, MapType):
        scope.fail(
            "S322",
            node,
            "the keys of this map are not known",
            "a map from what?",
            "assign it to a variable of the state",
        )
    return Tabulate(scope.context.fresh("key", wanted.key), expressions.expression(scope, value, wanted.value), wanted)


def _sum(scope: Scope, node: ast.expr) -> Expr:
    collected = (
        comprehensions.collect(scope, node, None)
        if isinstance(node, ast.GeneratorExp)
        else comprehensions.domain(scope, node)
    )
    assert isinstance(collected.type, (ListType, SetType))
    element = collected.type.element
    if not isinstance(element, IntType):
        scope.fail(
            "S323",
            node,
            f"a sum of `{text_of(element)}` has no meaning",
            "not integers",
            "sum integers, as in `sum(1 for x in S if ...)`",
        )
    count = _largest(collected)
    return Fold("sum", collected, IntType(min(0, element.low * count), max(0, element.high * count)))


def _extreme(scope: Scope, node: ast.Call, kind: Any) -> Expr:
    if len(node.args) == 2:
        left, right = common(scope, *(expressions.expression(scope, argument) for argument in node.args), node)
        left, right = expressions.joined(scope, left, right, node)
        smaller = Below(left, right)
        return (
            Conditional(smaller, left, right, left.type)
            if kind == "min"
            else Conditional(smaller, right, left, left.type)
        )
    argument = node.args[0] if len(node.args) == 1 and not node.keywords else None
    if argument is None:
        scope.fail(
            "S318",
            node,
            f"`{kind}` takes one collection or two values",
            "not understood",
            f"write `{kind}(a, b)` or `{kind}(... for ...)`",
        )
    collected = (
        comprehensions.collect(scope, argument, None)
        if isinstance(argument, ast.GeneratorExp)
        else comprehensions.domain(scope, argument)
    )
    element = comprehensions.element_type(collected.type)
    local = Local("element", element)
    if not expressions.is_ordered(local):
        scope.fail(
            "S307",
            argument,
            f"a `{text_of(element)}` has no order",
            "compared here",
            "only integers and members of an `Ordered` are ordered",
        )
    return Fold(kind, collected, element)


def _isinstance(scope: Scope, value: ast.expr, classes: ast.expr) -> Expr:
    lowered = expressions.expression(scope, value)
    match classes:
        case ast.Tuple(elements):
            tests = [_isinstance(scope, value, element) for element in elements]
        case ast.BinOp(left, ast.BitOr(), right):
            tests = [_isinstance(scope, value, left), _isinstance(scope, value, right)]
        case _:
            cls = scope.python_object(classes)
            kinds = () if isinstance(lowered.type, ListType) else alternatives_of(lowered.type)
            tests = [
                test_of(lowered, kind)
                for kind in kinds
                if isinstance(cls, type) and issubclass(getattr(kind, "cls", type(None)), cls)
            ]
            if not tests:
                scope.fail(
                    "S303",
                    classes,
                    f"a `{text_of(lowered.type)}` is never a `{ast.unparse(classes)}`",
                    "always false",
                    "test for one of its kinds",
                )
    return tests[0] if len(tests) == 1 else Or(tuple(tests))


def _order_class(scope: Scope, node: ast.expr) -> type[Ordered]:
    order = scope.python_object(node)
    if isinstance(order, type) and issubclass(order, Ordered):
        return order
    scope.fail("S316", node, "this wants an `Ordered`", "no order", "declare `class Ballot(Ordered): ...`")


def _largest(collection: Expr) -> int:
    assert isinstance(collection.type, (SetType, ListType))
    if isinstance(collection.type, SetType):
        return cardinality(collection.type.element)
    generators = getattr(collection, "generators", None)
    if generators is None:
        return 10**9
    count = 1
    for generator in generators:
        count *= _largest(generator.domain)
    return count

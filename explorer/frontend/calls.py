"""Calls in expressions: what is called decides what the call means.

That is a method of the state or of a value, a function that the language knows, a class, or a helper to be inlined.
"""

from __future__ import annotations

import ast

from indoubt.explorer.frontend import (
    builtin_functions,
    comprehensions,
    constructors,
    expressions,
    helpers,
    refusals,
    sequences,
)
from indoubt.explorer.frontend.coercion import common, text_of
from indoubt.explorer.frontend.names import refuse_unbound, suggestion
from indoubt.explorer.frontend.scope import MISSING, Scope, StateName, is_function
from indoubt.explorer.ir.expressions import AnyType, Expr, Members, Neighbour, Subset
from indoubt.specs.language.sorts import Ordered, Ring
from indoubt.specs.language.types import BagType, MapType, SeqType, SetType, SortType, Type, UnionType

METHODS: dict[type[AnyType], str] = {
    SortType: "next, prev (of an Ordered)",
    SetType: "issubset, issuperset, and as statements add, discard, remove, update, clear",
    SeqType: f"is_prefix_of, count, and as statements {', '.join(sequences.SEQ_CHANGES)}",
    BagType: f"count, and as statements {', '.join(sequences.BAG_CHANGES)}",
    MapType: "keys, values, items",
}


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
        case _:
            pass
    function: object = scope.python_object(node.func)
    if function is MISSING:
        refuse_unbound(scope, node.func, ast.unparse(node.func), ("any", "all", "sum", "len", "min", "max"))
    return _function(scope, node, function, wanted)


def _function(scope: Scope, node: ast.Call, function: object, wanted: Type | None) -> Expr:
    meaning = builtin_functions.meaning_of(scope, node, function)
    if meaning is not None:
        return meaning(scope, node, wanted)
    if isinstance(function, type):
        return constructors.instance(scope, node, function)
    if is_function(function) and not refusals.is_foreign(function):
        return helpers.call_function(scope, node, function)
    refusals.refuse_call(scope, node, function)


def _own_method(scope: Scope, node: ast.Call, state: StateName, name: str) -> Expr:
    scope.context.refuse_member(name)
    method = getattr(scope.context.spec, name, None)
    if is_function(method):
        return helpers.call_method(scope, node, state, name)
    nested: object = scope.python_object(node.func)
    if isinstance(nested, type):
        return constructors.instance(scope, node, nested)
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
        case SortType(cls), ("next" | "prev") if issubclass(cls, (Ordered, Ring)) and not node.args:
            return Neighbour(value, 1 if name == "next" else -1, type_)
        case SetType(), ("issubset" | "issuperset") if len(node.args) == 1:
            a, b = common(scope, value, comprehensions.domain(scope, node.args[0]), node)
            return Subset(a, b) if name == "issubset" else Subset(b, a)
        case MapType(), ("keys" | "values" | "items"):
            if name == "keys":
                return Members(SetType(type_.key))
            help_ = f"write `for ... in {ast.unparse(node)}` in a comprehension"
            scope.fail("S319", node, f"`.{name}()` is for ranging over", "used as a value", help_)
        case ((SeqType() | BagType()), _):
            found = sequences.method(scope, node, value, name)
            if found is not None:
                return found
        case SetType(), ("add" | "discard" | "remove" | "update" | "clear"):
            scope.fail(
                "S202",
                node,
                f"`.{name}()` changes a set inside an expression",
                "a change here",
                "make it a statement of its own, on a variable of the state",
            )
        case SetType(), "pop":
            scope.fail(
                "S342",
                node,
                "a set has no order, so it cannot say which member `.pop()` takes",
                "which member?",
                "make the member a parameter of the action, with `require(x in ...)`, and `.remove(x)` it",
            )
        case _:
            pass
    if isinstance(type_, UnionType):
        help_ = "rule out None first, as in `require(x is not None)`"
    else:
        help_ = f"it has: {METHODS.get(type(type_), 'none')}"
    scope.fail("S107", node.func, f"a `{text_of(type_)}` has no method `{name}`", "no such method", help_)

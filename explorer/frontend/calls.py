"""Calls in expressions: what is called decides what the call means.

That is a method of the state or of a value, a function that the language knows, a class, or a helper to be inlined.
"""

from __future__ import annotations

import ast
import re

from indoubt.explorer.frontend import (
    advice,
    builtin_functions,
    comprehensions,
    constructors,
    expressions,
    helpers,
    refusals,
    sequences,
)
from indoubt.explorer.frontend.advice import text_of
from indoubt.explorer.frontend.coercion import common
from indoubt.explorer.frontend.names import refuse_missing, refuse_unbound, suggestion
from indoubt.explorer.frontend.scope import MISSING, Scope, StateName, is_function
from indoubt.explorer.ir.expressions import Expr, Members, Neighbour, Subset
from indoubt.explorer.ir.types import AnyType
from indoubt.specs.language import collections, values
from indoubt.specs.language.sorts import Ordered, Ring
from indoubt.specs.language.types import BagType, MapType, RecordType, SeqType, SetType, SortType, Type, UnionType

TYPED = (values.Set, values.Map, collections.Seq, collections.Bag)
METHODS: dict[type[AnyType], str] = {
    SortType: "next, prev (of an `Ordered` or a `Ring`)",
    SetType: "issubset, issuperset, and as statements add, discard, remove, update, clear",
    SeqType: f"is_prefix_of, count, and as statements {', '.join(sequences.SEQ_CHANGES)}",
    BagType: f"count, and as statements {', '.join(sequences.BAG_CHANGES)}",
    MapType: "keys, values, items",
}
CHANGES: dict[type[AnyType], tuple[str, ...]] = {
    SetType: ("add", "discard", "remove", "update", "clear"),
    SeqType: sequences.SEQ_CHANGES,
    BagType: sequences.BAG_CHANGES,
}
KINDS: dict[type[AnyType], str] = {SetType: "set", SeqType: "sequence", BagType: "bag"}


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
            refusals.refuse_module(scope, node.func)
            refuse_missing(scope, node.func, scope.python_object(value), name)
            return _method(scope, node, expressions.expression(scope, value), name)
        case _:
            pass
    function: object = scope.python_object(node.func)
    if isinstance(node.func, ast.Subscript) and scope.python_object(node.func.value) in TYPED:  # `Set[Node]()`
        function, wanted = scope.python_object(node.func.value), helpers.annotated_type(scope, node.func)
    if function is MISSING:
        refuse_unbound(scope, node.func, ast.unparse(node.func), ("any", "all", "sum", "len", "min", "max"))
    return _function(scope, node, function, wanted)


def _function(scope: Scope, node: ast.Call, function: object, wanted: Type | None) -> Expr:
    meaning = builtin_functions.meaning_of(scope, node, function)
    if meaning is not None:
        return meaning(scope, node, wanted)
    if isinstance(function, type) and not refusals.is_foreign(function):
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
    if name in scope.context.variables:
        is_looked_up = isinstance(scope.context.variables[name], MapType | SeqType) and node.args
        key = f"[{', '.join(map(ast.unparse, node.args))}]" if is_looked_up else ""
        help_ = f"write `{ast.unparse(node.func)}{key}`"
        scope.fail("S107", node, f"`{name}` is a variable, and cannot be called", "called here", help_)
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
        case SetType(), ("issubset" | "issuperset") if len(node.args) != 1 or node.keywords:
            scope.fail("S324", node, f"`.{name}()` takes one argument", "wrong arguments", f"write `.{name}(s)`")
        case SetType(), ("issubset" | "issuperset"):
            a, b = common(scope, value, comprehensions.domain(scope, node.args[0]), node)
            return Subset(a, b) if name == "issubset" else Subset(b, a)
        case MapType(), ("keys" | "values" | "items"):
            if name == "keys":
                return Members(SetType(type_.key))
            help_ = f"range over it, as in `any(x == ... for x in {ast.unparse(node)})`"
            scope.fail("S319", node, f"`.{name}()` is for ranging over", "used as a value", help_)
        case ((SetType() | SeqType() | BagType()), _) if name in CHANGES[type(type_)]:
            is_taken = name in ("pop_first", "pop_last", "remove_at")
            help_ = f"take the element first, in a line of its own: `x = {ast.unparse(node)}`"
            scope.fail(
                "S202",
                node,
                f"`.{name}()` changes a {KINDS[type(type_)]} inside an expression",
                "a change here",
                help_ if is_taken else "make it a statement of its own, on a variable of the state",
            )
        case ((SeqType() | BagType()), _):
            found = sequences.method(scope, node, value, name)
            if found is not None:
                return found
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
    owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    known = advice.for_method(type_, name, owner) or suggestion(name, re.findall(r"\w+", METHODS.get(type(type_), "")))
    if isinstance(type_, UnionType):
        help_ = advice.for_union(type_, owner)
    elif isinstance(type_, SortType) and name in ("next", "prev"):
        sort = type_.cls.__name__
        help_ = f"declare `class {sort}(Ordered)` for members in a row, `class {sort}(Ring)` for a circle"
    elif isinstance(type_, RecordType):
        given = ", ".join(map(ast.unparse, [owner, *node.args, *node.keywords]))
        help_ = f"write a function of the module, and call it: `{name}({given})`"
    else:
        help_ = known or f"it has: {METHODS.get(type(type_), 'none')}"
    scope.fail("S107", node.func, f"a `{text_of(type_)}` has no method `{name}`", "no such method", help_)

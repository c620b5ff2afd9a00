"""The functions and classes of Python and of the language that an expression may call, each with what its call means.

A call with another number of arguments than the table says is none of these.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from indoubt.explorer.frontend import comprehensions, constructors, expressions, integers, ordering, sequences
from indoubt.explorer.frontend.advice import text_of
from indoubt.explorer.frontend.coercion import class_of, ordered, test_of
from indoubt.explorer.frontend.names import refuse_unbound
from indoubt.explorer.frontend.scope import MISSING, Scope
from indoubt.explorer.ir.expressions import Below, Collect, Expr, Fold, Literal, Members, Or, Range, Size, Tabulate
from indoubt.explorer.ir.types import ListType
from indoubt.specs.language import collections, sorts, values
from indoubt.specs.language.annotations import quorum_type
from indoubt.specs.language.domains import cardinality
from indoubt.specs.language.sorts import Ordered, Sort, size_of
from indoubt.specs.language.types import (
    BagType,
    IntType,
    MapType,
    NotFinite,
    SeqType,
    SetType,
    SortType,
    Type,
    alternatives_of,
)

Meaning = Callable[[Scope, ast.Call, Type | None], Expr]


USAGE = {
    "Map": "write `every(v)` for one value of all keys, or `Map({k: ... for k in K})`",
    "every": "write `every(v)` with the value of all keys",
    "isinstance": "write `isinstance(x, C)` with a class C",
}
"""How to call what is called with a wrong number of arguments."""


def meaning_of(scope: Scope, node: ast.Call, function: object) -> Meaning | None:
    """What a call of `function` means; None where it is not in the table. Raises Mistake for wrong arguments."""
    for known, takes, meaning in FUNCTIONS:
        if known is function:
            name = ast.unparse(node.func)
            if takes is not None and takes != len(node.args):
                arguments = f"{takes} argument{'s' * (takes != 1)}" if takes else "no arguments"
                help_ = USAGE.get(name) or f"write `{name}({', '.join('xyz'[:takes])})`"
                scope.fail("S324", node, f"`{name}` takes {arguments}, not {len(node.args)}", "wrong arguments", help_)
            allowed = KEYWORDS.get(function, ())
            wrong = next((keyword.arg for keyword in node.keywords if keyword.arg not in allowed), None)
            if wrong is not None and known is not values.replace:
                title = f"`{name}` does not take `{wrong}` here"
                scope.fail("S324", node, title, "this argument does not fit", f"leave `{wrong}` out")
            return meaning
    return None


def _any(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    return comprehensions.quantified(scope, "any", node.args[0])


def _all(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    return comprehensions.quantified(scope, "all", node.args[0])


def _len(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    collection = comprehensions.domain(scope, node.args[0])
    return Size(collection, IntType(0, _largest(collection)))


def _sum(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    summed = node.args[0]
    collected = (
        comprehensions.collect(scope, summed, None)
        if isinstance(summed, ast.GeneratorExp)
        else comprehensions.domain(scope, summed)
    )
    element = comprehensions.element_type(collected.type)
    if not isinstance(element, IntType):
        scope.fail(
            "S323",
            summed,
            f"a sum of `{text_of(element)}` has no meaning",
            "not integers",
            "sum integers, as in `sum(1 for x in S if ...)`",
        )
    count = _largest(collected)
    return Fold("sum", collected, IntType(min(0, element.low * count), max(0, element.high * count)))


def _min(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    return ordering.extreme(scope, node, "min")


def _max(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    return ordering.extreme(scope, node, "max")


def _abs(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    return integers.absolute(scope, node, expressions.expression(scope, node.args[0]))


def _isinstance(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    return instance_test(scope, node.args[0], node.args[1])


def instance_test(scope: Scope, value: ast.expr, classes: ast.expr) -> Expr:
    """Whether a value is of one of some classes: alternatives of its union."""
    lowered = expressions.expression(scope, value)
    match classes:
        case ast.Tuple(elements):
            tests = [instance_test(scope, value, element) for element in elements]
        case ast.BinOp(left, ast.BitOr(), right):
            tests = [instance_test(scope, value, left), instance_test(scope, value, right)]
        case _:
            cls = scope.python_object(classes)
            if cls is MISSING and isinstance(classes, ast.Name | ast.Attribute):
                refuse_unbound(scope, classes, ast.unparse(classes))
            if not isinstance(cls, type):
                title = f"`{ast.unparse(classes)}` is no class"
                scope.fail("S324", classes, title, "a class is wanted", "write `isinstance(x, C)` with a class C")
            kinds = () if isinstance(lowered.type, ListType) else alternatives_of(lowered.type)
            tests = [test_of(lowered, kind) for kind in kinds if issubclass(class_of(kind) or type(None), cls)]
            if not tests:
                scope.fail(
                    "S303",
                    classes,
                    f"a `{text_of(lowered.type)}` is never a `{ast.unparse(classes)}`",
                    "always false",
                    f"its kinds: {text_of(lowered.type)}",
                )
    return tests[0] if len(tests) == 1 else Or(tuple(tests))


def _before(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    left, right = (expressions.expression(scope, argument) for argument in node.args)
    return Below(*ordered(scope, left, right, node))


def _first(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    return Literal(0, SortType(_order_class(scope, node.args[0])))


def _last(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    order = _order_class(scope, node.args[0])
    return Literal(size_of(order) - 1, SortType(order))


def _order_class(scope: Scope, node: ast.expr) -> type[Ordered]:
    order = scope.python_object(node)
    if isinstance(order, type) and issubclass(order, Ordered):
        return order
    is_sort = isinstance(order, type) and issubclass(order, Sort)
    name = ast.unparse(node) if is_sort else "Ballot"
    scope.fail("S316", node, "this wants an `Ordered`", "no order", f"declare `class {name}(Ordered): ...`")


def _quorums(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    sort: object = scope.python_object(node.args[0])
    if isinstance(sort, type) and issubclass(sort, Sort):
        given = next((keyword.value for keyword in node.keywords), None)
        phase: object = None if given is None else scope.python_object(given)
        if isinstance(given, ast.Constant):
            phase = given.value
        if given is not None and not (isinstance(phase, int | str) and not isinstance(phase, bool)):
            help_ = "write a number or a text, as in `quorums(S, phase=1)`"
            scope.fail("S316", given, "a phase of quorums is a constant", "no constant", help_)
        try:
            return Members(SetType(quorum_type(sort, phase if isinstance(phase, int | str) else None)))
        except NotFinite as error:
            scope.fail("S316", node, error.message, "asked for here", error.help)
    scope.fail("S316", node.args[0], "`quorums` wants a sort", "no sort", "write `quorums(S)` with a Sort S")


def _set(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    return constructors.new_set(scope, node, wanted)


def _map(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    return constructors.new_map(scope, node, wanted)


def _replace(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    return constructors.changed_record(scope, node, expressions.expression(scope, node.args[0]))


def _every(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    if not isinstance(wanted, MapType):
        scope.fail(
            "S322",
            node,
            "the keys of this map are not known",
            "a map from what?",
            "assign it to a variable of the state",
        )
    key = scope.context.fresh("key", wanted.key)
    return Tabulate(key, expressions.expression(scope, node.args[0], wanted.value), wanted)


def _largest(collection: Expr) -> int:
    if isinstance(collection.type, SetType):
        return cardinality(collection.type.element)
    if not isinstance(collection, Collect):
        return 10**9
    count = 1
    for generator in collection.generators:
        count *= _largest(generator.domain)
    return count


def _range(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    if len(node.args) not in (1, 2):
        scope.fail("S324", node, "`range` takes one or two integers", "wrong arguments", "write `range(a, b)`")
    ends = [sequences.index(scope, argument) for argument in node.args]
    start, stop = ends if len(ends) == 2 else (Literal(0, IntType(0, 0)), ends[0])
    assert isinstance(start.type, IntType)
    assert isinstance(stop.type, IntType)
    interval = IntType(start.type.low, max(start.type.low, stop.type.high - 1))
    return Range(start, stop, ListType(interval, is_ordered=True))


def _seq(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    return sequences.constructed(scope, node, wanted)


def _empty(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    return (
        sequences.constructed(scope, node, wanted)
        if isinstance(wanted, (SeqType, BagType))
        else _set(scope, node, wanted)
    )


KEYWORDS: dict[object, tuple[str, ...]] = {min: ("default",), max: ("default",), sorts.quorums: ("phase",)}
"""The keywords that a function takes; for others it has a message of its own, or takes none."""
FUNCTIONS: tuple[tuple[object, int | None, Meaning], ...] = (
    (any, 1, _any),
    (all, 1, _all),
    (len, 1, _len),
    (sum, 1, _sum),
    (min, None, _min),
    (max, None, _max),
    (abs, 1, _abs),
    (isinstance, 2, _isinstance),
    (sorts.before, 2, _before),
    (sorts.first, 1, _first),
    (sorts.last, 1, _last),
    (sorts.quorums, 1, _quorums),
    (set, None, _set),
    (frozenset, None, _set),
    (values.Set, None, _set),
    (values.empty, 0, _empty),
    (collections.Seq, None, _seq),
    (collections.Bag, None, _seq),
    (range, None, _range),
    (values.Map, 1, _map),
    (values.every, 1, _every),
    (values.replace, 1, _replace),
)
"""What is called, the number of positional arguments (None for any), and what the call means."""

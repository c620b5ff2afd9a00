"""Comprehensions and quantifiers: everything that ranges over a set, a list, a map or a type."""

from __future__ import annotations

import ast
from typing import Literal as Choose

from indoubt.explorer.frontend import advice, expressions
from indoubt.explorer.frontend.advice import text_of
from indoubt.explorer.frontend.coercion import TRUE, seen
from indoubt.explorer.frontend.narrowing import facts_of
from indoubt.explorer.frontend.scope import Scope
from indoubt.explorer.ir.expressions import (
    And,
    Collect,
    Exists,
    Expr,
    ForAll,
    Generator,
    Literal,
    Local,
    Lookup,
    Members,
    Not,
    Or,
    Range as IntRange,
    Size,
    Tabulate,
)
from indoubt.explorer.ir.sequences import Element
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import BagType, IntType, MapType, SeqType, SetType, Type


@dataclass(frozen=True, slots=True)
class Range:
    """What a `for` ranges over: `local` runs through `domain`, and the target's names stand for `values`."""

    local: Local
    domain: Expr
    values: dict[str, Expr]


COLLECTIONS = (SetType, ListType, SeqType, BagType)


def is_ordered(collection: AnyType) -> bool:
    """Whether the order of the elements means something."""
    return isinstance(collection, SeqType) or (isinstance(collection, ListType) and collection.is_ordered)


def domain(scope: Scope, node: ast.expr) -> Expr:
    """The set or list that `node` stands for; a map stands for its keys. Raises Mistake for anything else."""
    value = expressions.expression(scope, node)
    if isinstance(value.type, MapType):
        return Members(SetType(value.type.key))
    if not isinstance(value.type, COLLECTIONS):
        scope.fail(
            "S312",
            node,
            f"{advice.described(value)} has no members to range over",
            "no set",
            advice.for_range(value.type, node),
        )
    return value


def elements(scope: Scope, node: ast.expr, one: str) -> Expr:
    """Like `domain`, of what a collection is made from; `one` is how to write a collection of one element."""
    value = expressions.expression(scope, node)
    if not isinstance(value.type, (*COLLECTIONS, MapType)):
        title = f"a `{text_of(value.type)}` is no collection"
        scope.fail("S312", node, title, "one element", f"write {one} for a single element")
    return domain(scope, node)


def element_type(collection: AnyType) -> Type:
    """The type of the elements of a set or list, as expressions see them."""
    assert isinstance(collection, COLLECTIONS)
    return seen(collection.element)


def ranged(scope: Scope, target: ast.expr, iterated: ast.expr) -> Range:
    """The meaning of `for target in iterated`, with the views of a map."""
    match iterated:
        case ast.Call(ast.Attribute(map_, "keys" | "values" | "items" as view), [], []):
            table = expressions.expression(scope, map_)
            if isinstance(table.type, MapType):
                return _view(scope, target, table, table.type, view)
        case ast.Call(ast.Name("enumerate"), [sequence], []):
            return _enumerated(scope, target, iterated, domain(scope, sequence))
        case _:
            pass
    collection = domain(scope, iterated)
    if not isinstance(target, ast.Name):
        scope.fail(
            "S313",
            target,
            "only one name can range over a set",
            "a single name here",
            "use `.items()` of a map for pairs",
        )
    local = scope.context.fresh(target.id, element_type(collection.type))
    return Range(local, collection, {target.id: local})


def _enumerated(scope: Scope, target: ast.expr, node: ast.expr, sequence: Expr) -> Range:
    if not isinstance(sequence.type, SeqType):
        scope.fail("S342", node, "only a sequence has positions", "enumerated here", "range over the members alone")
    match target:
        case ast.Tuple([ast.Name(position), ast.Name(element)]):
            local = scope.context.fresh(position, IntType(0, 10**9))
            length = Size(sequence, IntType(0, 10**9))
            positions = IntRange(Literal(0, IntType(0, 0)), length, ListType(IntType(0, 10**9), is_ordered=True))
            return Range(local, positions, {position: local, element: Element(sequence, local, sequence.type.element)})
        case _:
            scope.fail("S313", target, "`enumerate` gives pairs", "two names here", "write `for i, x in enumerate(q)`")


def _view(scope: Scope, target: ast.expr, table: Expr, type_: MapType, view: str) -> Range:
    key = scope.context.fresh("key", type_.key)
    value = Lookup(table, key, type_.value)
    domain_ = Members(SetType(type_.key))
    match view, target:
        case "keys", ast.Name(name):
            return Range(key, domain_, {name: key})
        case "values", ast.Name(name):
            return Range(key, domain_, {name: value})
        case "items", ast.Tuple([ast.Name(first), ast.Name(second)]):
            return Range(key, domain_, {first: key, second: value})
        case _:
            scope.fail(
                "S313",
                target,
                f"`.{view}()` does not fit these names",
                "the names here",
                "write `for key, value in m.items()`",
            )


def quantified(scope: Scope, kind: Choose["any", "all"], node: ast.expr) -> Expr:
    """`any(...)` or `all(...)` over a generator, or over a collection of bools."""
    if isinstance(node, (ast.GeneratorExp, ast.ListComp, ast.SetComp)):
        inner = scope.inner()
        generators = _generators(inner, node.generators)
        body = expressions.truth(inner, node.elt)
    else:
        collection = domain(scope, node)
        local = scope.context.fresh("item", element_type(collection.type))
        generators = [Generator(local, collection, TRUE)]
        body = expressions.truth_of(scope, local, node)
    for one in reversed(generators):
        if kind == "any":
            held = body if one.condition == TRUE else And((one.condition, body))
            body = Exists(one.local, one.domain, held)
        else:
            held = body if one.condition == TRUE else Or((Not(one.condition), body))
            body = ForAll(one.local, one.domain, held)
    return body


def collect(
    scope: Scope, node: ast.SetComp | ast.ListComp | ast.GeneratorExp | ast.DictComp, wanted: Type | None
) -> Expr:
    """A set, list or map comprehension."""
    if isinstance(node, ast.DictComp):
        return _tabulate(scope, node, wanted)
    inner = scope.inner()
    generators = tuple(_generators(inner, node.generators))
    ordered = all(is_ordered(one.domain.type) for one in generators)
    kinds = (SeqType,) if isinstance(node, ast.ListComp) else (SetType, SeqType)
    inner_wanted = wanted.element if isinstance(wanted, kinds) else None
    element = expressions.annotated_as(inner, node.elt, inner_wanted)
    if isinstance(element.type, ListType):
        scope.fail("S302", node, "a list cannot be an element", "a list here", "collect sets instead")
    if isinstance(node, ast.SetComp):
        return Collect(element, generators, SetType(element.type))
    if isinstance(wanted, SeqType) and ordered:
        return Collect(element, generators, SeqType(element.type))
    return Collect(element, generators, ListType(element.type, is_ordered=ordered))


def as_set(collected: Expr) -> Expr:
    """The elements of a list, sequence or bag as a set."""
    if isinstance(collected, Collect) and isinstance(collected.type, ListType):
        return Collect(collected.element, collected.generators, SetType(collected.type.element))
    if isinstance(collected.type, (ListType, SeqType, BagType)):
        item = Local("item#set", collected.type.element)
        return Collect(item, (Generator(item, collected, TRUE),), SetType(collected.type.element))
    return collected


def _generators(scope: Scope, clauses: list[ast.comprehension]) -> list[Generator]:
    generators: list[Generator] = []
    for clause in clauses:
        if clause.is_async:
            scope.fail("S300", clause.target, "`async` is outside the language", "not understood", "drop `async`")
        range_ = ranged(scope, clause.target, clause.iter)
        scope.names.update(range_.values)
        conditions: list[Expr] = []
        for test in clause.ifs:
            condition = expressions.truth(scope, test)
            scope.facts.update(facts_of(condition)[0])
            conditions.append(condition)
        condition = TRUE if not conditions else conditions[0] if len(conditions) == 1 else And(tuple(conditions))
        generators.append(Generator(range_.local, range_.domain, condition))
    return generators


def _tabulate(scope: Scope, node: ast.DictComp, wanted: Type | None) -> Expr:
    clause = node.generators[0]
    range_ = ranged(scope, clause.target, clause.iter)
    inner = scope.inner()
    inner.names.update(range_.values)
    key = expressions.expression(inner, node.key)
    total = isinstance(range_.domain, Members) and len(node.generators) == 1 and not clause.ifs
    if not total or key != range_.local:
        scope.fail(
            "S314",
            node,
            "this comprehension does not give every key a value",
            "keys are left out or computed",
            "a `Map` is total: write `{k: ... for k in K}` over the whole key type",
        )
    body = expressions.annotated_as(inner, node.value, wanted.value if isinstance(wanted, MapType) else None)
    assert not isinstance(body.type, ListType)
    assert not isinstance(range_.local.type, ListType)
    return Tabulate(range_.local, body, MapType(range_.local.type, body.type))

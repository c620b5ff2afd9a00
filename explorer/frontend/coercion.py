"""Fitting an expression to a type: into a union, into an interval, out of a union once a test allows it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import reduce

from indoubt.explorer.frontend import advice
from indoubt.explorer.frontend.advice import text_of
from indoubt.explorer.frontend.scope import Scope, StateName
from indoubt.explorer.ir.expressions import (
    Bounded,
    Collect,
    Conditional,
    Construct,
    Expr,
    Generator,
    IsA,
    Let,
    Literal,
    Lookup,
    Members,
    Narrow,
    SetLiteral,
    Tabulate,
    Widen,
)
from indoubt.explorer.ir.sequences import SeqLiteral
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.explorer.ir.values import tag
from indoubt.specs.language.types import (
    BoolType,
    IntType,
    MapType,
    NoneType,
    PermutationType,
    QuorumType,
    SeqType,
    SetType,
    Type,
    UnionType,
    alternatives_of,
    type_text,
    union_of,
)

# `truth is TRUE` asks for these very objects: what the types decide, as opposed to what a parameter or an author says.
TRUE = Literal(True, BoolType())
FALSE = Literal(False, BoolType())


def seen(type_: Type) -> Type:
    """The type that values of `type_` have in expressions: a quorum is seen as a set, a permutation as a map.

    They are encoded alike. What a state or a record holds has no quorums and permutations inside.
    """
    match type_:
        case QuorumType(sort, _, _):
            return SetType(sort)
        case PermutationType(of):
            return MapType(of, of)
        case SetType(element):
            return SetType(seen(element))
        case MapType(key, value):
            return MapType(seen(key), seen(value))
        case UnionType(alternatives):
            return UnionType(tuple(map(seen, alternatives)))
        case _:
            return type_


def fits(type_: AnyType, wanted: AnyType) -> bool:
    """Whether every value of `type_` can be made one of `wanted` (an integer at the risk of leaving its interval)."""
    if type_ == wanted:
        return True
    if isinstance(type_, ListType) or isinstance(wanted, ListType):
        return False
    if isinstance(type_, IntType) and isinstance(wanted, IntType):
        return True
    if isinstance(wanted, UnionType):
        return all(any(fits(one, other) for other in wanted.alternatives) for one in alternatives_of(type_))
    if isinstance(type_, SetType) and isinstance(wanted, SetType):
        return fits(type_.element, wanted.element)
    if isinstance(type_, SeqType) and isinstance(wanted, SeqType):
        return fits(type_.element, wanted.element)
    if isinstance(type_, MapType) and isinstance(wanted, MapType):
        return type_.key == wanted.key and fits(type_.value, wanted.value)
    return False


def coerce(scope: Scope, value: Expr, wanted: Type, node: ast.AST, what: str) -> Expr:
    """`value` as an expression of type `wanted`; `what` says in an error what needs it. Raises Mistake."""
    _refuse_misfit(scope, value, wanted, node, what)
    return _converted(scope, value, wanted, what)


def annotated(scope: Scope, value: Expr, wanted: Type, node: ast.AST, what: str) -> Expr:
    """`value` as what a name or a helper is annotated to hold or return. Raises Mistake.

    Its integers may lie outside of the interval: Python does not look at the annotation, and what a value is stored
    into checks it.
    """
    _refuse_misfit(scope, value, wanted, node, what)
    return _converted(scope, value, with_room_for(value.type, wanted), what)


def with_room_for(given: AnyType, wanted: Type) -> Type:
    """`wanted` with its intervals grown to hold the integers of `given`, which fits it."""
    match wanted:
        case IntType():
            return hull(wanted, given) if isinstance(given, IntType) else wanted
        case UnionType(alternatives):
            parts = () if isinstance(given, ListType) else alternatives_of(given)
            return union_of(*(with_room_for_all(parts, one) for one in alternatives))
        case SetType(element) if isinstance(given, SetType):
            return SetType(with_room_for(given.element, element))
        case SeqType(element) if isinstance(given, SeqType):
            return SeqType(with_room_for(given.element, element))
        case MapType(key, value) if isinstance(given, MapType):
            return MapType(key, with_room_for(given.value, value))
        case _:
            return wanted


def with_room_for_all(given: Iterable[AnyType], wanted: Type) -> Type:
    """`wanted` with its intervals grown to hold the integers of those of the given types that fit it."""
    return reduce(lambda grown, one: with_room_for(one, grown) if fits(one, grown) else grown, given, wanted)


def _refuse_misfit(scope: Scope, value: Expr, wanted: Type, node: ast.AST, what: str) -> None:
    if not fits(value.type, wanted):
        given = advice.described(value)
        scope.fail(
            "S301",
            node,
            f"{what} is a `{text_of(wanted)}`, not {given}",
            f"this is {given}",
            _advice_on_members(value, node) or advice.for_value(value.type, wanted, node),
        )
    interval = advice.never_inside(value.type, wanted)
    if interval is not None and _is_fixed(scope, node) and interval in scope.context.fixed_intervals:
        shown = ast.BinOp(node.target, node.op, node.value) if isinstance(node, ast.AugAssign) else node
        given = advice.described(value, ast.unparse(shown))
        scope.fail(
            "S301",
            node,
            f"{what} is a `{text_of(wanted)}`, and {given} is never in it",
            "always out of bounds",
            f"give an integer from {interval.low} to {interval.high}, or widen the interval",
        )


def _is_fixed(scope: Scope, node: ast.AST) -> bool:
    """Whether the interval of an integer is the same in every run: it is made of literals and fixed intervals."""
    match node:
        case ast.Constant(int()):
            return True
        case ast.UnaryOp(_, operand):
            return _is_fixed(scope, operand)
        case ast.BinOp(left, _, right) | ast.AugAssign(left, _, right):
            return _is_fixed(scope, left) and _is_fixed(scope, right)
        case ast.Attribute(ast.Name(owner), name) if isinstance(scope.names.get(owner), StateName):
            return scope.context.variables.get(name) in scope.context.fixed_intervals
        case ast.Name():
            return type(scope.python_object(node)) is int
        case _:
            return False


def common(scope: Scope, left: Expr, right: Expr, node: ast.AST) -> tuple[Expr, Expr]:
    """Two operands of a comparison as expressions of one type. Raises Mistake where they have no value in common."""
    if isinstance(left.type, ListType) or isinstance(right.type, ListType):
        scope.fail("S302", node, "lists cannot be compared", "a list here", "collect sets instead: `{... for ...}`")
    if isinstance(left.type, IntType) and isinstance(right.type, IntType):
        return left, right
    if _kinds(left.type) & _kinds(right.type):
        wide = hull(left.type, right.type)
        return _converted(scope, left, wide, ""), _converted(scope, right, wide, "")
    if (
        isinstance(left.type, SetType)
        and isinstance(right.type, SetType)
        and _kinds(left.type.element) & _kinds(right.type.element)
    ):
        wide = SetType(hull(left.type.element, right.type.element))
        return _converted(scope, left, wide, ""), _converted(scope, right, wide, "")
    if fits(left.type, right.type):
        return _converted(scope, left, right.type, ""), right
    if fits(right.type, left.type):
        return left, _converted(scope, right, left.type, "")
    scope.fail(
        "S303",
        node,
        f"{advice.described(left)} is never equal to {advice.described(right)}",
        "this comparison has always the same answer",
        "compare values of the same type",
    )


def ordered(scope: Scope, left: Expr, right: Expr, node: ast.AST) -> tuple[Expr, Expr]:
    """Two operands of `<` as expressions of one type; None stands below every member of an order."""
    if not isinstance(left.type, ListType) and not isinstance(right.type, ListType):
        orders = (_kinds(left.type) | _kinds(right.type)) - {NoneType()}
        if len(orders) == 1:
            wide = hull(left.type, right.type)
            return _converted(scope, left, wide, ""), _converted(scope, right, wide, "")
    return common(scope, left, right, node)


def hull(left: Type, right: Type) -> Type:
    """The union of two types, in which intervals grow together."""
    alternatives = [*alternatives_of(left), *alternatives_of(right)]
    intervals = [one for one in alternatives if isinstance(one, IntType)]
    if intervals:
        grown = IntType(min(one.low for one in intervals), max(one.high for one in intervals))
        alternatives = [grown if isinstance(one, IntType) else one for one in alternatives]
    return union_of(*alternatives)


def unbounded(value: Expr) -> Expr:
    """`value` without the check that it lies in an interval: where it is only compared, it may lie outside."""
    match value:
        case Bounded(inner):
            return inner
        case Widen(inner, type_):
            return Widen(unbounded(inner), type_)
        case Construct(type_, fields):
            return Construct(type_, tuple(map(unbounded, fields)))
        case SetLiteral(elements, type_):
            return SetLiteral(tuple(map(unbounded, elements)), type_)
        case SeqLiteral(elements, type_):
            return SeqLiteral(tuple(map(unbounded, elements)), type_)
        case Collect(element, generators, type_):
            return Collect(unbounded(element), generators, type_)
        case Tabulate(key, body, type_):
            return Tabulate(key, unbounded(body), type_)
        case Conditional(condition, then, otherwise, type_):
            return Conditional(condition, unbounded(then), unbounded(otherwise), type_)
        case Let(local, inner, body, type_):
            return Let(local, inner, unbounded(body), type_)
        case _:
            return value


def may_be_equal(left: Expr, right: Expr) -> bool:
    """Whether two expressions have a kind of value in common."""
    if isinstance(left.type, ListType) or isinstance(right.type, ListType):
        return False
    return bool(_kinds(left.type) & _kinds(right.type)) or fits(left.type, right.type) or fits(right.type, left.type)


def _kinds(type_: Type) -> set[Type]:
    return {IntType(0, 0) if isinstance(one, IntType) else one for one in alternatives_of(type_)}


def _converted(scope: Scope, value: Expr, wanted: Type, what: str) -> Expr:
    type_ = value.type
    if type_ == wanted:
        return value
    if isinstance(type_, IntType) and isinstance(wanted, IntType):
        return _within(value, type_, wanted, what)
    if isinstance(wanted, UnionType):
        return _widened(scope, value, wanted, what)
    if isinstance(type_, SetType) and isinstance(wanted, SetType):
        if isinstance(value, SetLiteral):
            return SetLiteral(tuple(_converted(scope, e, wanted.element, what) for e in value.elements), wanted)
        if isinstance(value, Literal) and not value.value:
            return Literal(value.value, wanted)
        if isinstance(value, Collect):
            return Collect(_converted(scope, value.element, wanted.element, what), value.generators, wanted)
        item = scope.context.fresh("item", type_.element)
        element = _converted(scope, item, wanted.element, what)
        return Collect(element, (Generator(item, value, TRUE),), wanted)
    if isinstance(type_, SeqType) and isinstance(wanted, SeqType):
        if isinstance(value, SeqLiteral):
            return SeqLiteral(tuple(_converted(scope, e, wanted.element, what) for e in value.elements), wanted)
        item = scope.context.fresh("item", type_.element)
        return Collect(_converted(scope, item, wanted.element, what), (Generator(item, value, TRUE),), wanted)
    if isinstance(type_, MapType) and isinstance(wanted, MapType):
        if isinstance(value, Tabulate):
            return Tabulate(value.key, _converted(scope, value.body, wanted.value, what), wanted)
        key = scope.context.fresh("key", wanted.key)
        return Tabulate(key, _converted(scope, Lookup(value, key, type_.value), wanted.value, what), wanted)
    raise AssertionError(f"{type_} does not fit {wanted}")


def _within(value: Expr, type_: IntType, wanted: IntType, what: str) -> Expr:
    if isinstance(value, Literal) and wanted.low <= value.value <= wanted.high:
        return Literal(value.value, wanted)
    if wanted.low <= type_.low and type_.high <= wanted.high:
        return value
    return Bounded(value, f"{what}: {type_text(wanted)}", wanted)


def _within_union(scope: Scope, value: Expr, type_: UnionType, wanted: UnionType, what: str) -> Expr:
    """A value of a union as one of another; where the interval of that is narrower, an integer may leave it."""
    given = next((one for one in type_.alternatives if isinstance(one, IntType)), None)
    taken = next((one for one in wanted.alternatives if isinstance(one, IntType)), None)
    if given is None or taken is None or (taken.low <= given.low and given.high <= taken.high):
        return Widen(value, wanted)
    local = scope.context.fresh("value", type_)
    rest = without(type_, given)
    assert rest is not None
    integer = Widen(_within(Narrow(local, given), given, taken, what), wanted)
    other = _converted(scope, Narrow(local, rest), wanted, what)
    return Let(local, value, Conditional(IsA(local, given), integer, other, wanted), wanted)


def _widened(scope: Scope, value: Expr, wanted: UnionType, what: str) -> Expr:
    if isinstance(value, Widen):
        return _converted(scope, value.value, wanted, what)
    if isinstance(value.type, UnionType):
        return _within_union(scope, value, value.type, wanted, what)
    for position, alternative in enumerate(wanted.alternatives):
        if value.type == alternative:
            if isinstance(value, Literal):
                return Literal(tag(wanted, position, value.value), wanted)
            return Widen(value, wanted)
    for alternative in wanted.alternatives:
        if not isinstance(value.type, ListType) and fits(value.type, alternative):
            return Widen(_converted(scope, value, alternative, what), wanted)
    raise AssertionError(f"{value.type} does not fit {wanted}")


def narrowed(scope: Scope, value: Expr) -> Expr:
    """`value` with the narrower type that tests have shown it to have here."""
    fact = scope.facts.get(value)
    return value if fact is None or fact == value.type else Narrow(value, fact)


def without(type_: Type, alternative: Type) -> Type | None:
    """A union without one of its alternatives; None where nothing is left."""
    left = [other for other in alternatives_of(type_) if other != alternative]
    return union_of(*left) if left else None


def class_of(type_: Type) -> type | None:
    """The Python class of the values of a type, where one class says it all."""
    match type_:
        case BoolType():
            return bool
        case IntType():
            return int
        case _:
            return getattr(type_, "cls", None)


def test_of(value: Expr, alternative: Type) -> Expr:
    """Whether `value` is of one alternative, decided here where its type decides it."""
    if value.type == alternative:
        return TRUE
    if isinstance(value.type, UnionType) and alternative in value.type.alternatives:
        return IsA(value, alternative)
    return FALSE


def _advice_on_members(value: Expr, node: ast.AST) -> str:
    if isinstance(value, Members) and isinstance(node, ast.Name):
        return f"`{node.id}` is the set of all its members: name one of them, for example by a parameter `x: {node.id}`"
    return ""

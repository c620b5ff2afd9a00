"""Patterns of `match`: each becomes a condition on the subject, and the names that it binds."""

from __future__ import annotations

import ast

from indoubt.explorer.frontend import comparisons, constant_answers, expressions
from indoubt.explorer.frontend.advice import text_of
from indoubt.explorer.frontend.coercion import (
    FALSE,
    TRUE,
    class_of,
    common,
    may_be_equal,
    narrowed,
    test_of,
)
from indoubt.explorer.frontend.names import refuse_unbound, suggestion
from indoubt.explorer.frontend.narrowing import facts_of
from indoubt.explorer.frontend.scope import MISSING, Scope
from indoubt.explorer.ir.expressions import And, Equal, Expr, Field, Narrow, Or
from indoubt.explorer.ir.types import ListType
from indoubt.specs.language.types import BoolType, EnumType, NoneType, RecordType, alternatives_of

Bound = dict[str, Expr]


def case(scope: Scope, subject: Expr, node: ast.match_case) -> Expr:
    """The condition under which a case is taken; binds the names of its pattern in `scope`."""
    condition, bound = pattern(scope, narrowed(scope, subject), node.pattern)
    scope.names.update(bound)
    if node.guard is None:
        return condition
    with scope.assuming(facts_of(condition)[0]):
        guard = expressions.truth(scope, node.guard)
    return _all([condition, guard])


def pattern(scope: Scope, subject: Expr, node: ast.pattern) -> tuple[Expr, Bound]:
    """The condition that `subject` matches, and the names that it gives parts of `subject`."""
    match node:
        case ast.MatchAs(None, None):
            return TRUE, {}
        case ast.MatchAs(None, str() as name):
            _refuse_member_name(scope, subject, node, name)
            return TRUE, {name: subject}
        case ast.MatchAs(inner, str() as name) if inner is not None:
            condition, bound = pattern(scope, subject, inner)
            return condition, {**bound, name: _as(subject, condition)}
        case ast.MatchSingleton(None):
            return test_of(subject, NoneType()), {}
        case ast.MatchSingleton(bool() as value) if isinstance(subject.type, BoolType):
            return (subject if value else expressions.negated(subject)), {}
        case ast.MatchValue(value):
            wanted = comparisons.meant(scope, value, subject.type)
            constant_answers.refuse_value_out_of_reach(scope, node, subject, wanted)
            if isinstance(subject, Narrow) and not may_be_equal(subject, wanted):
                return FALSE, {}  # what earlier cases have left cannot be this value
            return Equal(*common(scope, subject, wanted, node)), {}
        case ast.MatchOr(patterns):
            return _either(scope, subject, node, patterns)
        case ast.MatchClass(cls, patterns, names, named):
            return _record(scope, subject, node, cls, [*zip([None] * len(patterns), patterns), *zip(names, named)])  # noqa: B905 - equal by construction
        case _:
            scope.fail(
                "S343",
                node,
                "this pattern is outside the language",
                "not understood",
                "match records by class, enum members, None, `|` and `_`",
            )


def _record(
    scope: Scope, subject: Expr, node: ast.pattern, cls: ast.expr, parts: list[tuple[str | None, ast.pattern]]
) -> tuple[Expr, Bound]:
    wanted = scope.python_object(cls)
    if wanted is MISSING:
        refuse_unbound(scope, cls, ast.unparse(cls))
    kinds = () if isinstance(subject.type, ListType) else alternatives_of(subject.type)
    others = [kind for kind in kinds if not isinstance(kind, RecordType) and class_of(kind) is wanted]
    if others and not parts:
        return test_of(subject, others[0]), {}
    if others:
        kind_name = ast.unparse(cls)
        title, label = f"a `{kind_name}` has no fields to match", "a pattern with fields"
        scope.fail("S343", node, title, label, f"write `case {kind_name}():`")
    found = [kind for kind in kinds if isinstance(kind, RecordType) and kind.cls is wanted]
    if not found:
        scope.fail(
            "S303",
            node,
            f"a `{text_of(subject.type)}` is never a `{ast.unparse(cls)}`",
            "never matches",
            f"its kinds: {text_of(subject.type)}",
        )
    kind = found[0]
    condition = test_of(subject, kind)
    inside = subject if subject.type == kind else Narrow(subject, kind)
    conditions, bound = [condition], Bound()
    fields = dict(kind.fields)
    for position, (name, part) in enumerate(parts):
        field = name if name is not None else list(fields)[position] if position < len(fields) else None
        if field is None or field not in fields:
            what = f"field `{name}`" if name is not None else f"more than {len(fields)} fields"
            known = suggestion(name or "", fields) or f"its fields: {', '.join(fields) or 'none'}"
            scope.fail("S102", part, f"`{kind.cls.__name__}` has no {what}", "no field for this", known)
        inner, names = pattern(scope, Field(inside, field, fields[field]), part)
        conditions.append(inner)
        bound |= names
    return _all(conditions), bound


def _refuse_member_name(scope: Scope, subject: Expr, node: ast.pattern, name: str) -> None:
    """Raise Mistake where a pattern is the bare name of a member: to Python a new name, which matches everything."""
    for kind in () if isinstance(subject.type, ListType) else alternatives_of(subject.type):
        if isinstance(kind, EnumType) and name in kind.cls.__members__:
            title = f"`{name}` alone is a new name, which every value matches"
            scope.fail("S343", node, title, "not the member", f"write `case {kind.cls.__name__}.{name}`")


def _either(scope: Scope, subject: Expr, node: ast.pattern, patterns: list[ast.pattern]) -> tuple[Expr, Bound]:
    conditions: list[Expr] = []
    for one in patterns:
        condition, bound = pattern(scope, subject, one)
        if bound:
            scope.fail("S343", node, "`|` patterns bind no names here", "a name here", "write one case for each")
        conditions.append(condition)
    return Or(tuple(conditions)), {}


def _all(conditions: list[Expr]) -> Expr:
    needed = [one for one in conditions if one is not TRUE]
    return TRUE if not needed else needed[0] if len(needed) == 1 else And(tuple(needed))


def _as(subject: Expr, condition: Expr) -> Expr:
    fact = facts_of(condition)[0].get(subject.value if isinstance(subject, Narrow) else subject)
    return subject if fact is None or fact == subject.type else Narrow(subject, fact)

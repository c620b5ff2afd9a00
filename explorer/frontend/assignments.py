"""Assignments: to local names, to variables, and changes in place of what a variable holds."""

from __future__ import annotations

import ast
from typing import Literal as Choose

from indoubt.explorer.frontend import (
    advice,
    aliases,
    builtin_functions,
    comprehensions,
    expressions,
    forms,
    guards,
    integers,
    places,
    sequences,
)
from indoubt.explorer.frontend.advice import text_of
from indoubt.explorer.frontend.coercion import TRUE, coerce, fits, narrowed
from indoubt.explorer.frontend.narrowing import facts_of, still_true
from indoubt.explorer.frontend.scope import Scope, StateName
from indoubt.explorer.ir.expressions import Combine, Expr, Literal, Local, Remove, SetLiteral
from indoubt.explorer.ir.sequences import Concat
from indoubt.explorer.ir.statements import Bind, Require, Statement, Target
from indoubt.explorer.ir.types import ListType
from indoubt.specs.language.guards import expect
from indoubt.specs.language.types import BagType, IntType, SeqType, SetType, Type, UnionType

SET_CHANGES = ("add", "discard", "remove", "update", "clear")
TAKES = ("pop_first", "pop_last", "remove_at")


def assign(scope: Scope, node: ast.stmt, target: ast.expr, value: ast.expr) -> list[Statement]:
    """`target = value`, for a local name or a place in the state."""
    if isinstance(target, ast.Name):
        refuse_name(scope, node, target.id)
        match value:
            case ast.Call(ast.Attribute(container, method)) if (
                method in TAKES and places.place_of(scope, container) is not None
            ):
                return _taken(scope, node, target.id, value)
            case ast.Call(function) if scope.python_object(function) is expect:
                return expected(scope, node, value, target.id)
            case _:
                return [bind(scope, target.id, expressions.expression(scope, value))]
    if isinstance(target, (ast.Tuple, ast.List)):
        title, label, help_ = forms.outside(node)
        scope.fail("S200", node, title, label, _for_exchange(target, value) or help_)
    place = places.writable(scope, node, target)
    lowered = expressions.expression_for(scope, value, place.type)
    written = places.write(scope, node, place, coerce(scope, lowered, place.type, value, f"`{places.name_of(place)}`"))
    alternative = _alternative(place.type, lowered)
    if alternative is not None:
        scope.facts[places.read(scope, node, place)] = alternative
    return [written]


def _for_exchange(target: ast.Tuple | ast.List, value: ast.expr) -> str | None:
    """What to write where a value reads a target that comes before it: one assignment after the other loses that."""
    if not isinstance(value, ast.Tuple | ast.List) or len(value.elts) != len(target.elts):
        return None
    for position, written in enumerate(target.elts):
        shown = ast.unparse(written)
        later = (part for one in value.elts[position + 1 :] for part in ast.walk(one))
        if any(isinstance(part, ast.expr) and ast.unparse(part) == shown for part in later):
            return (
                f"keep the old value in a local name first, as in `old = {shown}`, then write one assignment for each"
            )
    return None


def _alternative(type_: Type, value: Expr) -> Type | None:
    """The alternative of a union that a written value is of: what is known after the write."""
    if not isinstance(type_, UnionType) or isinstance(value.type, ListType):
        return None
    if isinstance(value.type, IntType):
        return next((one for one in type_.alternatives if isinstance(one, IntType)), None)
    return value.type if value.type in type_.alternatives else None


def augmented(
    scope: Scope, node: ast.stmt, target: ast.expr, operator: ast.operator, value: ast.expr
) -> list[Statement]:
    """`target += value` and its like."""
    if isinstance(target, ast.Name):
        refuse_name(scope, node, target.id)
        current = expressions.expression(scope, ast.copy_location(ast.Name(target.id, ast.Load()), target))
        return [bind(scope, target.id, _combined(scope, node, current, operator, value))]
    place = places.writable(scope, node, target)
    combined = _combined(scope, node, places.read(scope, node, place), operator, value)
    return [places.write(scope, node, place, coerce(scope, combined, place.type, node, f"`{places.name_of(place)}`"))]


def _combined(scope: Scope, node: ast.stmt, current: Expr, operator: ast.operator, value: ast.expr) -> Expr:
    if isinstance(current.type, SetType):
        signs: dict[type[ast.operator], Choose["|", "&", "-"]] = {ast.BitOr: "|", ast.BitAnd: "&", ast.Sub: "-"}
        sign = signs.get(type(operator))
        if sign is not None:
            return Combine(sign, current, expressions.expression(scope, value, current.type), current.type)
    if isinstance(current.type, SeqType) and isinstance(operator, ast.Add):
        more = expressions.expression_for(scope, value, current.type)
        return Concat(current, coerce(scope, more, current.type, value, "what is added"), current.type)
    operand = expressions.expression(scope, value)
    if isinstance(current.type, IntType) and isinstance(operand.type, IntType):
        return integers.arithmetic(scope, node, current, operator, operand)
    scope.fail(
        "S308",
        node,
        f"this operator does not take {advice.described(current)} and {advice.described(operand)}",
        "no such operation",
        _for_change(current, operator, operand, value),
    )


def _for_change(current: Expr, operator: ast.operator, operand: Expr, value: ast.expr) -> str:
    """What to write for an augmented assignment that these types do not have."""
    if isinstance(current.type, SetType) and isinstance(operand.type, SetType) and isinstance(operator, ast.Add):
        return "write `|=` to add the members of another set"
    if isinstance(current.type, UnionType):
        place = ast.Name("x")
        return advice.for_operator(current.type, operator, operand.type, place, value)
    return "there are `+=` and `-=` on integers, `|=`, `&=` and `-=` on sets, `+=` on sequences"


def change(scope: Scope, node: ast.Expr, call: ast.Call, target: Target, name: str) -> list[Statement]:
    """`self.x.add(...)` and the other changes in place."""
    places.writable(scope, node, call.func.value)  # type: ignore[attr-defined]  # the caller has matched an Attribute
    if isinstance(target.type, (SeqType, BagType)):
        return [
            places.write(
                scope, node, target, sequences.changed(scope, node, call, places.read(scope, node, target), name)
            )
        ]
    if not isinstance(target.type, SetType):
        assert isinstance(call.func, ast.Attribute)
        help_ = advice.for_method(target.type, name, call.func.value) or "assign a new value instead"
        scope.fail("S107", node, f"a `{text_of(target.type)}` has no `.{name}()`", "not a set", help_)
    if name not in SET_CHANGES:
        assert isinstance(call.func, ast.Attribute)
        there_is = advice.for_method(target.type, name, call.func.value) or f"it has: {', '.join(SET_CHANGES)}"
        scope.fail("S107", node, f"a `{text_of(target.type)}` has no `.{name}()`", "no such change", there_is)
    if name == "clear":
        return [places.write(scope, node, target, Literal(frozenset(), target.type))]
    if len(call.args) != 1 or call.keywords:
        scope.fail("S324", node, f"`.{name}()` takes one argument", "wrong arguments", f"write `.{name}(x)`")
    current = places.read(scope, node, target)
    if name == "update":
        more = coerce(
            scope,
            comprehensions.as_set(_members(scope, call.args[0])),
            target.type,
            call.args[0],
            "what is added",
        )
        return [places.write(scope, node, target, Combine("|", current, more, target.type))]
    what = f"an element of `{places.name_of(target)}`"
    element = coerce(
        scope,
        expressions.expression_for(scope, call.args[0], target.type.element),
        target.type.element,
        call.args[0],
        what,
    )
    one = SetLiteral((element,), target.type)
    if name == "remove":
        return [places.write(scope, node, target, Remove(current, element, target.type, scope.span(node)))]
    return [places.write(scope, node, target, Combine("|" if name == "add" else "-", current, one, target.type))]


def _members(scope: Scope, node: ast.expr) -> Expr:
    if isinstance(node, ast.GeneratorExp):
        return comprehensions.collect(scope, node, None)
    return comprehensions.elements(scope, node, f"`.add({ast.unparse(node)})`")


def _taken(scope: Scope, node: ast.stmt, name: str, call: ast.Call) -> list[Statement]:
    """`x = self.queue.pop_first()`: a read, then a write."""
    assert isinstance(call.func, ast.Attribute)
    place = places.writable(scope, node, call.func.value)
    if not isinstance(place.type, SeqType):
        scope.fail(
            "S107", node, f"a `{text_of(place.type)}` has no `.{call.func.attr}()`", "no sequence", "use a `Seq`"
        )
    current = places.read(scope, node, place)
    after = sequences.changed(scope, node, call, current, call.func.attr)
    binding = bind(scope, name, sequences.taken(current, call, call.func.attr, scope))
    aliases.changed(scope, node, place, in_place=True)
    return [binding, places.write(scope, node, place, after)]


def refuse_name(scope: Scope, node: ast.stmt, name: str) -> None:
    """Raise Mistake where a statement gives a value to the state as a whole, or to a name that is never read."""
    if isinstance(scope.names.get(name), StateName):
        help_ = f"write `{name}.x = ...` with a variable of the state"
        scope.fail("S103", node, f"`{name}` is the whole state", "given another value", help_)
    if name in scope.context.variables and not _is_read(scope, name):
        title = f"the local name `{name}` is never used"
        scope.fail("S212", node, title, "no write to the state", f"did you mean `self.{name}`?")
    if isinstance(node, ast.AugAssign) and name not in scope.names and name in scope.function.object.__globals__:
        help_ = "what changes is state: declare a variable in the spec class"
        scope.fail("S211", node, f"`{name}` belongs to the module, and never changes", "changed here", help_)


def _is_read(scope: Scope, name: str) -> bool:
    parts = ast.walk(scope.function.tree)
    return any(isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load) for part in parts)


def expected(scope: Scope, node: ast.stmt, call: ast.Call, name: str | None = None) -> list[Statement]:
    """`expect(x, Request)`, a guard, and `m = expect(x, Request)`, which gives a local of the narrower type as well."""
    if len(call.args) != 2 or call.keywords:
        help_ = "write `m = expect(x, C)` with a class C of messages"
        scope.fail("S324", node, "`expect` takes a value and a class", "wrong arguments", help_)
    value, kind = call.args
    guards.refuse_late(scope, node)
    lowered = expressions.expression(scope, value)
    condition = builtin_functions.instance_test(scope, value, kind)
    wanted = facts_of(condition)[0]
    guard: list[Statement] = [] if condition is TRUE else [Require(condition, scope.span(node))]
    scope.facts.update(wanted)
    return guard if name is None else [*guard, bind(scope, name, narrowed(scope, lowered))]


def bind(scope: Scope, name: str, value: Expr) -> Bind:
    """Give a local name a value; a name that has the type keeps its local."""
    known = scope.names.get(name)
    if isinstance(known, StateName) or (isinstance(known, Local) and known.name in scope.context.parameters):
        known = None
    if isinstance(known, Local) and known.type == value.type:
        local = known
    elif name in scope.reuse and scope.reuse[name].type == value.type:
        local = scope.reuse[name]
    elif (
        isinstance(known, Local)
        and isinstance(known.type, IntType)
        and isinstance(value.type, IntType)
        and fits(value.type, known.type)
    ):
        local = Local(known.name, IntType(min(known.type.low, value.type.low), max(known.type.high, value.type.high)))
    else:
        local = scope.context.fresh(name, value.type)
    scope.facts = still_true(scope.facts, local.name)
    scope.names[name] = local
    aliases.note(scope, local, value)
    return Bind(local, value)

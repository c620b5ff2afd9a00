"""Statements of actions: guards, locals, choices, loops, and writes to the state.

Every statement that cannot be lowered leaves one diagnostic with the context and is passed over, so that all
mistakes of a file are reported together.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

from indoubt.explorer.frontend import (
    aliases,
    assignments,
    comprehensions,
    expressions,
    forms,
    guards,
    helpers,
    joins,
    matching,
    order,
    paths,
    places,
    sequences,
)
from indoubt.explorer.frontend.coercion import FALSE, TRUE, seen
from indoubt.explorer.frontend.diagnostics import Mistake
from indoubt.explorer.frontend.names import suggestion
from indoubt.explorer.frontend.narrowing import facts_of, still_true
from indoubt.explorer.frontend.scope import Scope, StateName
from indoubt.explorer.ir.expressions import Expr, Load, Local, Narrow, Span
from indoubt.explorer.ir.statements import Assert, Assign, Bind, Block, ForEach, Require, Return, Statement, When
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language.guards import expect, require
from indoubt.specs.language.types import SeqType

CHANGES = ("add", "discard", "remove", "update", "clear", *sequences.SEQ_CHANGES)


def block(scope: Scope, body: Sequence[ast.stmt]) -> tuple[Statement, ...]:
    """The statements of a body, in order."""
    lowered: list[Statement] = []
    for node in body:
        try:
            lowered += _statement(scope, node)
        except Mistake as mistake:
            scope.report(node, mistake.diagnostic)
            for inner in paths.blocks_of(node):
                block(scope.inner(), inner)
    return tuple(lowered)


def _statement(scope: Scope, node: ast.stmt) -> list[Statement]:
    match node:
        case ast.Expr(ast.Constant()) | ast.Pass():
            return []
        case ast.Expr(ast.Call() as call):
            return _call(scope, node, call)
        case ast.Expr(value) if not isinstance(value, ast.Yield | ast.YieldFrom | ast.Await):
            forms.refuse_idle(scope, node)
        case ast.Assign([target], value):
            return assignments.assign(scope, node, target, value)
        case ast.AnnAssign(ast.Name(name), annotation, value) if value is not None:
            assignments.refuse_name(scope, node, name)
            wanted = seen(helpers.annotated_type(scope, annotation))
            return [assignments.bind(scope, name, expressions.annotated_as(scope, value, wanted))]
        case ast.AugAssign(target, operator, value):
            return assignments.augmented(scope, node, target, operator, value)
        case ast.If(test, then, otherwise):
            return _when(scope, test, then, otherwise)
        case ast.Match(subject, cases):
            return _match(scope, subject, cases)
        case ast.Assert(test, _):
            name = f"assert in {scope.function.tree.name}, line {node.lineno}"
            return [Assert(expressions.truth(scope, test), name, scope.span(node))]
        case ast.For(target, iterated, body, []):
            return _for_each(scope, node, target, iterated, body)
        case ast.Return(None):
            return [Return()]
        case ast.Return(_):
            scope.fail(
                "S207", node, "an action returns nothing", "a value here", "write the result to the state, or drop it"
            )
        case ast.Delete([ast.Subscript(sequence, key)]) if _is_sequence(scope, sequence):
            shown, at = ast.unparse(sequence), ast.unparse(key)
            help_ = f"write `{shown}.pop_first()`" if at == "0" else f"write `{shown}.remove_at({at})`"
            scope.fail("S200", node, "`del` is outside the language", "not understood", help_)
        case _:
            scope.fail("S200", node, *forms.outside(node))


def _is_sequence(scope: Scope, node: ast.expr) -> bool:
    place = places.place_of(scope, node)
    return place is not None and isinstance(place.type, SeqType)


def _call(scope: Scope, node: ast.Expr, call: ast.Call) -> list[Statement]:
    if scope.python_object(call.func) is require:
        return [guards.require(scope, node, call)]
    if scope.python_object(call.func) is expect:
        return assignments.expected(scope, node, call)
    match call.func:
        case ast.Attribute(ast.Name(owner), "send" | "broadcast") if scope.context.sending is not None and isinstance(
            scope.names.get(owner), StateName
        ):
            return scope.context.sending(scope, node, call)
        case ast.Attribute(ast.Name(owner), name) if isinstance(scope.names.get(owner), StateName):
            return _effect_of_helper(scope, call, owner, name)
        case ast.Attribute(value, name) if name in CHANGES:
            target = places.place_of(scope, value)
            if target is None and not isinstance(value, ast.Name):
                target = places.writable(scope, node, value)
            if target is None:
                places.refuse_names_in(scope, node, value)
                scope.fail(
                    "S211",
                    node,
                    "a value that is no part of the state is changed",
                    "not a variable of the state",
                    "a local name is a value: change the variable itself, as in `self.x.add(...)`",
                )
            return assignments.change(scope, node, call, target, name)
        case _:
            pass
    expressions.expression(scope, call)  # tells what is wrong with it, if it has no value either
    forms.refuse_idle(scope, node)


def _effect_of_helper(scope: Scope, call: ast.Call, owner: str, name: str) -> list[Statement]:
    spec = scope.context.spec
    state = scope.names[owner]
    assert isinstance(state, StateName)
    scope.context.refuse_member(name)
    method = getattr(spec, name, None)
    if not callable(method) or isinstance(method, type):
        if name in scope.context.variables:
            expressions.expression(scope, call)
        known = [one for one in dir(spec) if callable(getattr(spec, one))]
        scope.fail(
            "S107",
            call.func,
            f"`{spec.__name__}` has no method `{name}`",
            "not defined",
            suggestion(name, known) or "define it in the class",
        )
    helpers.refuse_action(scope, call, name)
    if helpers.has_result(method):
        forms.refuse_idle(scope, call)
    inner, arguments = helpers.entered(scope, call, method, {helpers.first_parameter(method): state})
    bindings: list[Statement] = []
    for parameter, value in arguments.items():
        local = scope.context.fresh(parameter, value.type)
        inner.names[parameter] = local
        aliases.note(inner, local, value)
        bindings.append(Bind(local, value))
    scope.context.inlining.append(inner.function.object)
    try:
        body = block(inner, inner.function.tree.body)
    finally:
        scope.context.inlining.pop()
    # A path of the helper that has written and returned goes on here.
    scope.first_write = scope.first_write or _first_write(body)
    scope.stale |= inner.stale
    for variable in _written(body):
        scope.facts = still_true(scope.facts, variable)
    return [Block((*bindings, *body))]


def _when(scope: Scope, test: ast.expr, then: Sequence[ast.stmt], otherwise: Sequence[ast.stmt]) -> list[Statement]:
    condition = expressions.truth(scope, test)
    return _branches(scope, test, condition, lambda inner: block(inner, then), lambda inner: block(inner, otherwise))


Branch = Callable[[Scope], tuple[Statement, ...]]


def _branches(scope: Scope, node: ast.AST, condition: Expr, then: Branch, otherwise: Branch) -> list[Statement]:
    """A choice between two branches, each lowered in a scope of its own; what both agree on holds after it."""
    if condition is TRUE or condition is FALSE:  # the types decide it: the other branch is never taken
        return list(then(scope) if condition is TRUE else otherwise(scope))
    yes, no = facts_of(condition)
    left, right = scope.inner(), scope.inner()
    left.facts.update(yes)
    right.facts.update(no)
    a = then(left)
    # A name that both branches bind is one local, so that it has a value after the choice.
    right.reuse = {
        name: value for name, value in left.names.items() if name not in scope.names and isinstance(value, Local)
    }
    b = otherwise(right)
    # A branch that has returned is on no path to what follows.
    went_on = [branch.first_write for branch, body in ((left, a), (right, b)) if not joins.ends(body)]
    scope.first_write = next((write for write in went_on if write), None)
    scope.stale |= left.stale | right.stale
    for variable in _written((*a, *b)):
        scope.facts = still_true(scope.facts, variable)
    if joins.ends(a) != joins.ends(b):
        joins.forget(scope, (*a, *b))
        scope.facts.update(right.facts if joins.ends(a) else left.facts)
    return [When(condition, *joins.after_choice(scope, node, left, a, right, b))]


def _for_each(
    scope: Scope, node: ast.For, target: ast.expr, iterated: ast.expr, body: Sequence[ast.stmt]
) -> list[Statement]:
    range_ = comprehensions.ranged(scope, target, iterated)
    before = {name: value for name, value in joins.rebound(scope, body).items() if name not in range_.values}
    types = {name: value.type for name, value in before.items()}
    known, stale = len(scope.context.mistakes), aliases.stale_names(scope, scope.names)
    turn = 0
    while True:  # types only grow, so that this comes to an end
        heads = joins.heads(scope, before, types)
        inner, bindings = _turn(scope, node, range_, heads)
        aliases.remember(inner, stale)
        lowered = block(inner, body)
        types = joins.widened(scope, node, heads, inner, turn)
        seen, stale = stale, stale | aliases.stale_names(inner, scope.names)
        if types == {name: head.type for name, head in heads.items()} and seen.keys() == stale.keys():
            break
        del scope.context.mistakes[known:]  # the body was lowered with types that are too narrow
        turn += 1
    if inner.first_write and any(isinstance(part, Require) for part in walk(lowered)):
        scope.fail(
            "S201",
            node,
            "`require` after a write",
            "a later turn of this loop guards after an earlier one has written",
            "guard first, in a loop of its own",
            other=inner.first_write,
            other_label="the state is changed here",
        )
    scope.first_write = scope.first_write or inner.first_write
    for variable in _written(lowered):
        scope.facts = still_true(scope.facts, variable)
    joins.forget(scope, lowered)
    ends = {name: value for name, value in inner.names.items() if not isinstance(value, StateName)}
    scope.names.update(heads)
    aliases.remember(scope, stale)
    again = joins.bindings(scope, node, heads, ends)
    loop = ForEach(range_.local, range_.domain, (*bindings, *lowered, *again))
    order.refuse_unordered(scope, node, loop, heads.values())
    return [*joins.bindings(scope, node, heads, before), loop]


def _turn(
    scope: Scope, node: ast.For, range_: comprehensions.Range, heads: Mapping[str, Local]
) -> tuple[Scope, list[Statement]]:
    """A scope for the body of a loop, and what to bind at the beginning of each turn."""
    inner = scope.inner()
    inner.names.update(heads)
    bindings: list[Statement] = []
    for name, value in range_.values.items():
        if value != range_.local:  # a view of a map that the body may change
            local = scope.context.fresh(name, value.type)
            aliases.note(inner, local, value)
            bindings.append(Bind(local, value))
            inner.names[name] = local
        else:
            aliases.note_element(inner, range_.local, range_.domain)
            inner.names[name] = value
    if any(isinstance(child, ast.Assign | ast.AugAssign | ast.AnnAssign) for child in ast.walk(node)):
        inner.facts = {}  # a later turn of the loop may find what an earlier one has changed
    return inner, bindings


def _match(scope: Scope, subject: ast.expr, cases: Sequence[ast.match_case]) -> list[Statement]:
    lowered = expressions.expression(scope, subject)
    if isinstance(lowered, Narrow) and isinstance(lowered.value, (Local, Load)):
        lowered = lowered.value  # what is known of it holds in the cases too
    if isinstance(lowered, (Local, Load)):
        return _cases(scope, lowered, cases)
    local = scope.context.fresh("subject", lowered.type)
    return [Bind(local, lowered), *_cases(scope, local, cases)]


def _cases(scope: Scope, subject: Expr, cases: Sequence[ast.match_case]) -> list[Statement]:
    if not cases:
        return []
    chosen = scope.inner()
    try:
        condition = matching.case(chosen, subject, cases[0])
    except Mistake as mistake:
        scope.context.mistakes.append(mistake.diagnostic)
        return _cases(scope, subject, cases[1:])
    names = {
        name: value
        for name, value in chosen.names.items()
        if scope.names.get(name) is not value and not isinstance(value, StateName)
    }

    def body(inner: Scope) -> tuple[Statement, ...]:
        bindings: list[Statement] = []
        for name, value in names.items():
            local = scope.context.fresh(name, value.type)
            inner.names[name] = local
            aliases.note(inner, local, value)
            bindings.append(Bind(local, value))
        return (*bindings, *block(inner, cases[0].body))

    rest = cases[1:]
    return _branches(scope, cases[0].pattern, condition, body, lambda inner: tuple(_cases(inner, subject, rest)))


def _first_write(body: object) -> Span | None:
    return next((part.span for part in walk(body) if isinstance(part, Assign)), None)


def _written(body: object) -> set[str]:
    return {part.target.variable for part in walk(body) if isinstance(part, Assign)}

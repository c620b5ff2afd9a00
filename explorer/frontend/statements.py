"""Statements of actions: guards, locals, choices, loops, and writes to the state.

Every statement that cannot be lowered leaves one diagnostic with the context and is passed over, so that all
mistakes of a file are reported together.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Literal as Choose

from indoubt.explorer.frontend import (
    aliases,
    builtin_functions,
    comprehensions,
    expressions,
    forms,
    helpers,
    joins,
    matching,
    order,
    paths,
    sequences,
)
from indoubt.explorer.frontend.coercion import FALSE, TRUE, coerce, fits, narrowed, seen, text_of
from indoubt.explorer.frontend.diagnostics import Mistake
from indoubt.explorer.frontend.names import suggestion
from indoubt.explorer.frontend.narrowing import facts_of, still_true
from indoubt.explorer.frontend.scope import Scope, StateName
from indoubt.explorer.ir.nodes import (
    Assert,
    Assign,
    Bind,
    Block,
    Capped,
    Combine,
    Concat,
    Element,
    Expr,
    ForEach,
    ListType,
    Literal,
    Load,
    Local,
    Lookup,
    Narrow,
    Remove,
    Require,
    Return,
    SetLiteral,
    Statement,
    Target,
    When,
)
from indoubt.explorer.ir.values import holds_sequences
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language import machine
from indoubt.specs.language.settings import parameter_types
from indoubt.specs.language.types import BagType, IntType, MapType, SeqType, SetType, Type, UnionType

CHANGES = ("add", "discard", "remove", "update", "clear", *sequences.SEQ_CHANGES)
TAKES = ("pop_first", "pop_last", "remove_at")


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
            return _assign(scope, node, target, value)
        case ast.AnnAssign(ast.Name(name), annotation, value) if value is not None:
            wanted = seen(helpers.annotated_type(scope, annotation))
            return [_bind(scope, name, expressions.expression(scope, value, wanted))]
        case ast.AugAssign(target, operator, value):
            return _augmented(scope, node, target, operator, value)
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
        case _:
            scope.fail("S200", node, *forms.outside(node))


def _call(scope: Scope, node: ast.Expr, call: ast.Call) -> list[Statement]:
    if scope.python_object(call.func) is machine.require:
        return [_require(scope, node, call)]
    match call.func:
        case ast.Attribute(ast.Name(owner), name) if isinstance(scope.names.get(owner), StateName):
            return _effect_of_helper(scope, call, owner, name)
        case ast.Attribute(value, name) if name in CHANGES:
            target = _place(scope, value)
            if target is None and isinstance(value, ast.Attribute):
                target = _writable(scope, node, value)
            if target is None:
                scope.fail(
                    "S211",
                    node,
                    "a value that is no part of the state is changed",
                    "not a variable of the state",
                    "a local name is a value: change the variable itself, as in `self.x.add(...)`",
                )
            return _change(scope, node, call, target, name)
        case _:
            pass
    expressions.expression(scope, call)  # tells what is wrong with it, if it has no value either
    forms.refuse_idle(scope, node)


def _require(scope: Scope, node: ast.Expr, call: ast.Call) -> Require:
    if len(call.args) != 1 or call.keywords:
        scope.fail(
            "S324", node, "`require` takes one condition", "wrong arguments", "write one `require(...)` for each guard"
        )
    _refuse_late_guard(scope, node)
    condition = expressions.truth(scope, call.args[0])
    scope.facts.update(facts_of(condition)[0])
    return Require(condition, scope.span(node))


def _refuse_late_guard(scope: Scope, node: ast.stmt) -> None:
    if scope.first_write is not None:
        scope.fail(
            "S201",
            node,
            "`require` after a write",
            "guards come before effects",
            "move the `require` up",
            other=scope.first_write,
            other_label="the state is already changed here",
        )


def _effect_of_helper(scope: Scope, call: ast.Call, owner: str, name: str) -> list[Statement]:
    spec = scope.context.spec
    state = scope.names[owner]
    assert isinstance(state, StateName)
    scope.context.refuse_member(name)
    method = getattr(spec, name, None)
    if not callable(method) or isinstance(method, type):
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
    scope.first_write = inner.first_write
    scope.stale |= inner.stale
    for variable in _written(body):
        scope.facts = still_true(scope.facts, variable)
    return [Block((*bindings, *body))]


def _assign(scope: Scope, node: ast.stmt, target: ast.expr, value: ast.expr) -> list[Statement]:
    if isinstance(target, ast.Name):
        match value:
            case ast.Call(ast.Attribute(container, method)) if method in TAKES and _place(scope, container) is not None:
                return _taken(scope, node, target.id, value)
            case ast.Call(function, [expected, kind], []) if scope.python_object(function) is machine.expect:
                return _expected(scope, node, target.id, expected, kind)
            case _:
                return [_bind(scope, target.id, expressions.expression(scope, value))]
    if isinstance(target, (ast.Tuple, ast.List)):
        scope.fail("S200", node, *forms.outside(node))
    place = _writable(scope, node, target)
    lowered = expressions.expression_for(scope, value, place.type)
    written = _write(scope, node, place, coerce(scope, lowered, place.type, value, f"`{_name(place)}`"))
    alternative = _alternative(place.type, lowered)
    if alternative is not None:
        scope.facts[_read(scope, node, place)] = alternative
    return [written]


def _alternative(type_: Type, value: Expr) -> Type | None:
    """The alternative of a union that a written value is of: what is known after the write."""
    if not isinstance(type_, UnionType) or isinstance(value.type, ListType):
        return None
    if isinstance(value.type, IntType):
        return next((one for one in type_.alternatives if isinstance(one, IntType)), None)
    return value.type if value.type in type_.alternatives else None


def _augmented(
    scope: Scope, node: ast.stmt, target: ast.expr, operator: ast.operator, value: ast.expr
) -> list[Statement]:
    if isinstance(target, ast.Name):
        current = expressions.expression(scope, ast.copy_location(ast.Name(target.id, ast.Load()), target))
        return [_bind(scope, target.id, _combined(scope, node, current, operator, value))]
    place = _writable(scope, node, target)
    combined = _combined(scope, node, _read(scope, node, place), operator, value)
    return [_write(scope, node, place, coerce(scope, combined, place.type, node, f"`{_name(place)}`"))]


def _combined(scope: Scope, node: ast.stmt, current: Expr, operator: ast.operator, value: ast.expr) -> Expr:
    if isinstance(current.type, SetType):
        signs: dict[type[ast.operator], Choose["|", "&", "-"]] = {ast.BitOr: "|", ast.BitAnd: "&", ast.Sub: "-"}
        sign = signs.get(type(operator))
        if sign is not None:
            return Combine(sign, current, expressions.expression(scope, value, current.type), current.type)
    if isinstance(current.type, SeqType):
        more = expressions.expression_for(scope, value, current.type)
        return Concat(current, coerce(scope, more, current.type, value, "what is added"), current.type)
    operand = expressions.expression(scope, value)
    if isinstance(current.type, IntType) and isinstance(operand.type, IntType):
        return expressions.arithmetic(scope, node, current, operator, operand)
    scope.fail(
        "S308",
        node,
        f"this operator does not take a `{text_of(current.type)}` and a `{text_of(operand.type)}`",
        "no such operation",
        "there are `+=` and `-=` on integers, `|=`, `&=` and `-=` on sets",
    )


def _change(scope: Scope, node: ast.Expr, call: ast.Call, target: Target, name: str) -> list[Statement]:
    _writable(scope, node, call.func.value)  # type: ignore[attr-defined]  # the caller has matched an Attribute
    if isinstance(target.type, (SeqType, BagType)):
        return [_write(scope, node, target, sequences.changed(scope, node, call, _read(scope, node, target), name))]
    if not isinstance(target.type, SetType):
        scope.fail(
            "S107", node, f"a `{text_of(target.type)}` has no `.{name}()`", "not a set", "assign a new value instead"
        )
    if name == "clear":
        return [_write(scope, node, target, Literal(frozenset(), target.type))]
    if len(call.args) != 1 or call.keywords:
        scope.fail("S324", node, f"`.{name}()` takes one argument", "wrong arguments", f"write `.{name}(x)`")
    current = _read(scope, node, target)
    if name == "update":
        more = coerce(
            scope,
            comprehensions.as_set(comprehensions.domain(scope, call.args[0])),
            target.type,
            call.args[0],
            "what is added",
        )
        return [_write(scope, node, target, Combine("|", current, more, target.type))]
    what = f"an element of `{_name(target)}`"
    element = coerce(
        scope,
        expressions.expression_for(scope, call.args[0], target.type.element),
        target.type.element,
        call.args[0],
        what,
    )
    one = SetLiteral((element,), target.type)
    if name == "remove":
        return [_write(scope, node, target, Remove(current, element, target.type, scope.span(node)))]
    return [_write(scope, node, target, Combine("|" if name == "add" else "-", current, one, target.type))]


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
    scope.first_write = left.first_write or right.first_write
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
    scope.first_write = inner.first_write
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
            inner.names[name] = value
    if any(isinstance(child, ast.Assign | ast.AugAssign | ast.AnnAssign) for child in ast.walk(node)):
        inner.facts = {}  # a later turn of the loop may find what an earlier one has changed
    return inner, bindings


def _taken(scope: Scope, node: ast.stmt, name: str, call: ast.Call) -> list[Statement]:
    """`x = self.queue.pop_first()`: a read, then a write."""
    assert isinstance(call.func, ast.Attribute)
    place = _writable(scope, node, call.func.value)
    if not isinstance(place.type, SeqType):
        scope.fail(
            "S107", node, f"a `{text_of(place.type)}` has no `.{call.func.attr}()`", "no sequence", "use a `Seq`"
        )
    current = _read(scope, node, place)
    after = sequences.changed(scope, node, call, current, call.func.attr)
    binding = _bind(scope, name, sequences.taken(current, call, call.func.attr, scope))
    aliases.changed(scope, node, place, in_place=True)
    return [binding, _write(scope, node, place, after)]


def _expected(scope: Scope, node: ast.stmt, name: str, value: ast.expr, kind: ast.expr) -> list[Statement]:
    """`m = expect(x, Request)`: a guard, and a local of the narrower type."""
    _refuse_late_guard(scope, node)
    lowered = expressions.expression(scope, value)
    condition = builtin_functions.instance_test(scope, value, kind)
    wanted = facts_of(condition)[0]
    guard: list[Statement] = [] if condition is TRUE else [Require(condition, scope.span(node))]
    scope.facts.update(wanted)
    return [*guard, _bind(scope, name, narrowed(scope, lowered))]


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


def _bind(scope: Scope, name: str, value: Expr) -> Bind:
    known = scope.names.get(name)
    if isinstance(known, StateName):
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


def _write(scope: Scope, node: ast.stmt, target: Target, value: Expr) -> Assign:
    aliases.changed(scope, node, target, in_place=isinstance(node, ast.Expr))
    scope.first_write = scope.first_write or scope.span(node)
    scope.facts = still_true(scope.facts, target.variable)
    capacity = scope.context.settings.bounds.get(target.variable)
    if capacity is not None and holds_sequences(target.type):
        value = Capped(value, target.variable, capacity, target.type)
    return Assign(target, value, scope.span(node))


def _writable(scope: Scope, node: ast.stmt, target: ast.expr) -> Target:
    place = _place(scope, target)
    if place is None:
        match target:
            case ast.Attribute(ast.Name(owner), name) if isinstance(scope.names.get(owner), StateName):
                scope.context.refuse_member(name)
                if name in parameter_types(scope.context.spec):
                    scope.fail(
                        "S206",
                        target,
                        f"parameter `{name}` is fixed by the run",
                        "written here",
                        "make it a variable of the state if steps change it",
                    )
                known = suggestion(name, scope.context.variables)
                scope.fail(
                    "S101",
                    target,
                    f"no state variable `{name}`",
                    "not declared in the spec class",
                    known or f"declare it in the class: `{name}: <type> = <value>`",
                )
            case ast.Subscript(_, ast.Slice()):
                scope.fail(
                    "S340",
                    node,
                    "a slice is a value, and no place in the state",
                    "assigned to here",
                    "put the sequence together anew: `self.q = self.q[:a] + r + self.q[b:]`",
                )
            case _:
                pass
        _refuse_members_in(scope, target)
        scope.fail(
            "S211",
            node,
            "a value that is no part of the state is changed",
            "not a variable of the state",
            "change the variable itself; a record is changed with `replace`",
        )
    if not scope.writable:
        scope.fail(
            "S205",
            node,
            "a property or a helper with a result changes nothing",
            "a write here",
            "change the state in an action",
        )
    return place


def _refuse_members_in(scope: Scope, target: ast.expr) -> None:
    """Raise the Mistake of a member that is refused, where it stands somewhere in a target."""
    for part in ast.walk(target):
        match part:
            case ast.Attribute(ast.Name(owner), name) if isinstance(scope.names.get(owner), StateName):
                scope.context.refuse_member(name)
            case _:
                pass


def _place(scope: Scope, node: ast.expr) -> Target | None:
    match node:
        case ast.Attribute(ast.Name(owner), name) if isinstance(scope.names.get(owner), StateName):
            state = scope.names[owner]
            type_ = scope.context.variables.get(name)
            if type_ is None or (isinstance(state, StateName) and state.after):
                return None
            return Target(name, (), type_)
        case ast.Subscript(container, key):
            outer = _place(scope, container)
            if outer is None or not isinstance(outer.type, (MapType, SeqType)) or isinstance(key, ast.Slice):
                return None
            if isinstance(outer.type, SeqType):
                at, inner = sequences.index(scope, key), outer.type.element
            else:
                at, inner = expressions.expression(scope, key, outer.type.key), outer.type.value
            return Target(outer.variable, (*outer.path, at), inner, (*outer.containers, outer.type))
        case _:
            return None


def _read(scope: Scope, node: ast.stmt, place: Target) -> Expr:
    value: Expr = Load(place.variable, scope.context.variables[place.variable])
    for container, key in zip(place.containers, place.path, strict=True):
        if isinstance(container, SeqType):
            value = Element(value, key, container.element, scope.span(node))
        else:
            assert isinstance(container, MapType)
            value = Lookup(value, key, container.value, scope.span(node))
    return value


def _name(place: Target) -> str:
    return f"{place.variable}{'[...]' * len(place.path)}"


def _written(body: object) -> set[str]:
    return {part.target.variable for part in walk(body) if isinstance(part, Assign)}

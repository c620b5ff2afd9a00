"""Helpers: methods without a decorator and functions of a module, inlined where they are called.

A helper with a result becomes an expression: its locals turn into `Let`, its `if` and `return` into choices.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any, NoReturn

from indoubt.explorer.frontend import expressions, forms, matching, paths, refusals, sequences
from indoubt.explorer.frontend.coercion import FALSE, TRUE, annotated, seen
from indoubt.explorer.frontend.diagnostics import Mistake, SpecError
from indoubt.explorer.frontend.narrowing import facts_of
from indoubt.explorer.frontend.scope import Scope, StateName
from indoubt.explorer.frontend.source import Function, function_source, header_span
from indoubt.explorer.ir.expressions import Expr, Let, Literal, Load, Local, Members, Narrow
from indoubt.specs.language.annotations import finite_type, is_durable
from indoubt.specs.language.declarations import names_in_scope
from indoubt.specs.language.machine import role_of
from indoubt.specs.language.types import NotFinite, Type

SET_CHANGES = ("add", "discard", "remove", "update", "clear")


def call_method(scope: Scope, node: ast.Call, state: StateName, name: str) -> Expr:
    """The result of a helper method of the spec, called on a state."""
    method = getattr(scope.context.spec, name)
    if not isinstance(inspect.getattr_static(scope.context.spec, name), FunctionType):
        kind = type(inspect.getattr_static(scope.context.spec, name)).__name__
        help_ = "write a plain method: a helper needs no decorator"
        scope.fail("S005", node, f"`{name}` is a {kind}", "not understood", help_)
    refuse_action(scope, node, name)
    return _inlined(scope, node, method, {first_parameter(method): state})


def call_function(scope: Scope, node: ast.Call, function: Callable[..., Any]) -> Expr:
    """The result of a function of a module."""
    return _inlined(scope, node, function, {})


def refuse_action(scope: Scope, node: ast.Call, name: str) -> None:
    """Raise Mistake where `name` is an action, which only the explorer takes."""
    role = role_of(getattr(scope.context.spec, name))
    if role is not None and role.kind in ("action", "initial"):
        scope.fail(
            "S203",
            node,
            f"`{name}` is an action, and actions do not call actions",
            "called here",
            "move what both do into a helper: a method without a decorator",
        )


def has_result(method: Callable[..., Any]) -> bool:
    """Whether a helper returns a value somewhere."""
    parts = ast.walk(source_of_helper(method).tree)
    return any(isinstance(part, ast.Return) and part.value is not None for part in parts)


def first_parameter(method: Callable[..., Any]) -> str:
    """The name that a method gives to its state, `self` by custom."""
    source = source_of_helper(method)
    return source.tree.args.args[0].arg if source.tree.args.args else ""


def source_of_helper(function: Callable[..., Any]) -> Function:
    """The source of a function of the author. Raises Mistake where it is none that can be read."""
    try:
        return function_source(function)
    except SpecError as error:
        raise Mistake(error.diagnostics[0]) from None


def entered(
    scope: Scope, node: ast.Call, function: Callable[..., Any], states: Mapping[str, StateName]
) -> tuple[Scope, dict[str, Expr]]:
    """A scope for the body of a helper, and its arguments, not yet bound to its parameters."""
    source = source_of_helper(function)
    if source.object in scope.context.inlining:
        scope.fail(
            "S208",
            node,
            f"`{source.tree.name}` calls itself",
            "a recursive call",
            "helpers are inlined: write a loop or a quantifier",
        )
    paths.check_reachable(scope.context, source)
    parameters = [argument.arg for argument in source.tree.args.args]
    values = [name for name in parameters if name not in states]
    given = matched(scope, node, values, source.tree.name, _defaults(scope, source))
    types = parameter_types_of(scope, source.object)
    arguments = {name: _argument(scope, given[name], types.get(name), name) for name in values}
    inner = Scope(scope.context, source, dict(states), dict(scope.facts), scope.writable, scope.first_write)
    return inner, arguments


def _inlined(scope: Scope, node: ast.Call, function: Callable[..., Any], states: Mapping[str, StateName]) -> Expr:
    inner, arguments = entered(scope, node, function, states)
    inner.writable = False
    bindings: list[tuple[Local, Expr]] = []
    for name, value in arguments.items():
        if isinstance(value, (Local, Literal, Load, Members)):
            inner.names[name] = value  # cheap and pure: no need to compute it once
        else:
            local = scope.context.fresh(name, value.type)
            bindings.append((local, value))
            inner.names[name] = local
    scope.context.inlining.append(inner.function.object)
    try:
        result = body_value(inner, inner.function.tree.body, inner.function.tree, returned_type(inner))
    finally:
        scope.context.inlining.pop()
    for local, value in reversed(bindings):
        result = Let(local, value, result, result.type)
    return result


def body_value(scope: Scope, body: Sequence[ast.stmt], node: ast.AST, wanted: Type | None) -> Expr:
    """The value that a function body returns."""
    if not body:
        scope.fail(
            "S209",
            node,
            "this function may end without a result",
            "a path without `return`",
            "return a value on every path",
        )
    try:
        return _body_value(scope, body[0], body[1:], node, wanted)
    except Mistake as mistake:
        if not mistake.is_told:  # else a statement behind this one has made it
            mistake.is_told = True
            scope.report(body[0], mistake.diagnostic)
            for rest in [*paths.blocks_of(body[0]), body[1:]]:
                _look_through(scope.inner(), rest)
        raise


def _look_through(scope: Scope, body: Sequence[ast.stmt]) -> None:
    """Report the mistakes of statements whose value is of no use, since something before them is wrong."""
    if body:
        with contextlib.suppress(Mistake):
            body_value(scope, [*body, ast.copy_location(ast.Return(ast.Constant(None)), body[-1])], body[-1], None)


def _body_value(scope: Scope, first: ast.stmt, rest: Sequence[ast.stmt], node: ast.AST, wanted: Type | None) -> Expr:
    match first:
        case ast.Expr(ast.Constant(str())) | ast.Pass():
            return body_value(scope, rest, node, wanted)
        case ast.Return(None):
            scope.fail("S209", first, "this `return` has no value", "a path without a result", "write `return ...`")
        case ast.Return(value) if value is not None:
            return expressions.annotated_as(scope, value, wanted)
        case ast.Assign([ast.Name()], ast.Call(ast.Attribute(value, "pop_first" | "pop_last" | "remove_at"))):
            _refuse_write(scope, first, f"read the element alone, as in `{ast.unparse(value)}[0]`")
        case ast.Assign([ast.Name(name)], value):
            return _let(scope, name, expressions.expression(scope, value), rest, node, wanted)
        case ast.AugAssign(ast.Name(name), operator, operand):
            changed = ast.BinOp(ast.copy_location(ast.Name(name, ast.Load()), first), operator, operand)
            result = expressions.expression(scope, ast.copy_location(changed, first))
            return _let(scope, name, result, rest, node, wanted)
        case ast.AnnAssign(ast.Name(name), annotation, value) if value is not None:
            type_ = seen(annotated_type(scope, annotation))
            return _let(scope, name, expressions.annotated_as(scope, value, type_), rest, node, wanted)
        case ast.If(test, then, otherwise):
            condition = expressions.truth(scope, test)
            if condition is TRUE or condition is FALSE:  # the types decide it: the other branch is never taken
                return body_value(scope, [*(then if condition is TRUE else otherwise), *rest], node, wanted)
            yes, no = facts_of(condition)
            left, right = scope.inner(), scope.inner()
            left.facts.update(yes)
            right.facts.update(no)
            try:
                a = body_value(left, [*then, *rest], first, wanted)
            except Mistake:
                _look_through(right, otherwise)
                raise
            b = body_value(right, [*otherwise, *rest], first, wanted)
            return expressions.conditional(condition, *expressions.joined(scope, a, b, first))
        case ast.Match(subject, cases):
            return _match_value(scope, subject, cases, rest, first, wanted)
        case ast.Assign([ast.Attribute() | ast.Subscript()], _) | ast.AugAssign(ast.Attribute() | ast.Subscript()):
            _refuse_write(scope, first)
        case ast.Expr(ast.Call(ast.Name("require"))):
            scope.fail("S210", first, "`require` guards an action", "not in an action", "return a bool instead")
        case ast.Expr(ast.Call(ast.Attribute(_, name))) if name in (*SET_CHANGES, *sequences.SEQ_CHANGES):
            _refuse_write(scope, first)
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(owner), name))) if isinstance(scope.names.get(owner), StateName):
            _refuse_effect(scope, first, name)
        case ast.Expr(value) if not isinstance(value, ast.Yield | ast.YieldFrom | ast.Await):
            if isinstance(value, ast.Call) and (
                refusals.is_foreign(scope.python_object(value.func)) or ast.unparse(value.func).startswith("?")
            ):
                expressions.expression(scope, value)  # tells what is wrong with it
            forms.refuse_idle(scope, first)
        case _:
            scope.fail("S200", first, *forms.outside(first, in_function=True))


def _refuse_write(scope: Scope, node: ast.stmt, help_: str = "change the state in an action") -> NoReturn:
    scope.fail("S205", node, "a property or a helper with a result changes nothing", "a write here", help_)


def _refuse_effect(scope: Scope, node: ast.stmt, name: str) -> NoReturn:
    """Raise Mistake for a line in a function with a result that calls a method of the spec for its effect."""
    method = getattr(scope.context.spec, name, None)
    if isinstance(method, FunctionType) and role_of(method) is None and not has_result(method):
        title = "a property or a helper with a result changes nothing"
        label = f"`{name}` returns nothing: all that it can do is to change the state"
        scope.fail("S205", node, title, label, f"call `{name}` in an action, or let it return what is to be known")
    forms.refuse_idle(scope, node)


def _match_value(
    scope: Scope,
    subject: ast.expr,
    cases: Sequence[ast.match_case],
    rest: Sequence[ast.stmt],
    node: ast.stmt,
    wanted: Type | None,
) -> Expr:
    """The value of a function that goes on with `match`: a chain of choices, one for each case."""
    lowered = expressions.expression(scope, subject)
    if isinstance(lowered, Narrow) and isinstance(lowered.value, (Local, Load)):
        lowered = lowered.value  # what is known of it holds in the cases too
    local = lowered if isinstance(lowered, (Local, Load)) else scope.context.fresh("subject", lowered.type)
    value = _case_value(scope, local, cases, rest, node, wanted)
    return value if local is lowered or not isinstance(local, Local) else Let(local, lowered, value, value.type)


def _case_value(
    scope: Scope,
    subject: Expr,
    cases: Sequence[ast.match_case],
    rest: Sequence[ast.stmt],
    node: ast.stmt,
    wanted: Type | None,
) -> Expr:
    if not cases:
        return body_value(scope, rest, node, wanted)
    chosen, others = scope.inner(), scope.inner()
    condition = matching.case(chosen, subject, cases[0])
    yes, no = facts_of(condition)
    if condition is FALSE:
        return _case_value(scope, subject, cases[1:], rest, node, wanted)
    chosen.facts.update(yes)
    others.facts.update(no)
    a = body_value(chosen, [*cases[0].body, *rest], node, wanted)
    if condition is TRUE:
        return a
    b = _case_value(others, subject, cases[1:], rest, node, wanted)
    return expressions.conditional(condition, *expressions.joined(scope, a, b, node))


def _let(scope: Scope, name: str, value: Expr, rest: Sequence[ast.stmt], node: ast.AST, wanted: Type | None) -> Expr:
    local = scope.context.fresh(name, value.type)
    scope.names[name] = local
    body = body_value(scope, rest, node, wanted)
    return Let(local, value, body, body.type)


def matched(
    scope: Scope, node: ast.Call, names: Sequence[str], callee: str, defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments of a call by parameter name. Raises Mistake where they do not fit."""
    if len(node.args) > len(names):
        takes = ", ".join(names) or "no arguments"
        scope.fail(
            "S324",
            node,
            f"`{callee}` takes {len(names)} argument{'s' * (len(names) != 1)}, not {len(node.args)}",
            "too many arguments",
            f"it takes: {takes}",
        )
    given: dict[str, Any] = dict(zip(names, node.args, strict=False))
    for keyword in node.keywords:
        if keyword.arg not in names or keyword.arg in given:
            scope.fail(
                "S324",
                node,
                f"`{callee}` does not take `{keyword.arg}` here",
                "this argument does not fit",
                f"it takes: {', '.join(names) or 'no arguments'}",
            )
        given[str(keyword.arg)] = keyword.value
    missing = [name for name in names if name not in given and name not in defaults]
    if missing:
        scope.fail(
            "S324",
            node,
            f"`{callee}` needs {', '.join(f'`{name}`' for name in missing)}",
            "an argument is missing",
            f"it takes: {', '.join(names)}",
        )
    return {name: given.get(name, defaults.get(name)) for name in names}


def parameter_types_of(scope: Scope, function: FunctionType) -> dict[str, Type]:
    """The parameters of a helper whose annotation is a finite type; generic ones take the type of the argument."""
    types: dict[str, Type] = {}
    names = {**names_in_scope(scope.context.spec), **function.__globals__, **dict(scope.context.settings.parameters)}
    for name, annotation in function.__annotations__.items():
        try:
            types[name] = seen(finite_type(annotation, names))
        except NotFinite:
            continue
    return types


def returned_type(scope: Scope) -> Type | None:
    """The finite type that a function says it returns, if it is one."""
    return parameter_types_of(scope, scope.function.object).get("return")


def annotated_type(scope: Scope, annotation: ast.expr) -> Type:
    """The finite type of the annotation of a local name. Raises Mistake."""
    function = scope.function.object
    names = {**names_in_scope(scope.context.spec), **function.__globals__, **dict(scope.context.settings.parameters)}
    try:
        if is_durable(ast.unparse(annotation), names):
            title, help_ = "`Durable` marks a field of a node", "name the type alone: nothing else is kept in a crash"
            scope.fail("S508", annotation, title, "survives what?", help_)
        return finite_type(ast.unparse(annotation), names)
    except NotFinite as error:
        scope.fail("S330", annotation, error.message, "no finite type", error.help)


def _defaults(scope: Scope, source: Function) -> dict[str, ast.expr]:
    tree, arguments = source.tree, source.tree.args
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs:
        scope.fail(
            "S315",
            header_span(tree, source.file),
            f"`{tree.name}` has parameters of a kind outside the language",
            "declared here",
            "use plain parameters",
        )
    names = [argument.arg for argument in arguments.args]
    return dict(zip(names[len(names) - len(arguments.defaults) :], arguments.defaults, strict=True))


def _argument(scope: Scope, node: ast.expr, wanted: Type | None, name: str) -> Expr:
    if wanted is None:
        return expressions.expression(scope, node)
    return annotated(scope, expressions.expression_for(scope, node, wanted), wanted, node, f"parameter `{name}`")

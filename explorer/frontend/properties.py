"""Properties, constraints and views: methods that say something of a state, or of a step, and change nothing."""

from __future__ import annotations

import ast
from types import FunctionType

from indoubt.explorer.frontend import expressions, helpers, paths
from indoubt.explorer.frontend.choices import choices_of
from indoubt.explorer.frontend.coercion import TRUE
from indoubt.explorer.frontend.diagnostics import Diagnostic, Mistake, SpecError
from indoubt.explorer.frontend.scope import Context, Scope, StateName
from indoubt.explorer.frontend.source import Function, function_source, header_span
from indoubt.explorer.ir.expressions import Expr
from indoubt.explorer.ir.machine import Property, Temporal, View
from indoubt.explorer.ir.types import BOOL, ListType
from indoubt.specs.language.machine import role_of

PARAMETERS = {"step_invariant": ["self", "after"]}
"""What a method of a kind takes, where it takes more than the state."""


def property_of(context: Context, method: FunctionType, kind: str) -> Property | None:
    """A property or constraint; None where it is wrong, and the context has been told why."""
    source = source_of(context, method)
    if source is None:
        return None
    scope = Scope(context, source)
    try:
        _check_parameters(scope, kind, "bool")
        paths.check_reachable(context, source)
        condition = helpers.body_value(scope, source.tree.body, source.tree, BOOL)
    except Mistake as mistake:
        context.mistakes.append(mistake.diagnostic)
        return None
    span = header_span(source.tree, source.file)
    return Property(source.tree.name, kind, condition, summary_of(method) or source.tree.name, span)


def temporal_of(context: Context, method: FunctionType, kind: str) -> Temporal | None:
    """A property of whole runs; None where it is wrong, and the context has been told why."""
    source = source_of(context, method)
    if source is None:
        return None
    tree = source.tree
    scope = Scope(context, source, {helpers.first_parameter(method): StateName()})
    choices = choices_of(scope)
    if choices is None:
        return None
    try:
        paths.check_reachable(context, source)
        trigger, goal = (
            _promise(scope) if kind == "leads_to" else (TRUE, helpers.body_value(scope, tree.body, tree, BOOL))
        )
    except Mistake as mistake:
        context.mistakes.append(mistake.diagnostic)
        return None
    some = _some(scope)
    span = header_span(tree, source.file)
    return Temporal(tree.name, kind, choices, trigger, goal, summary_of(method) or tree.name, span, some)


def _some(scope: Scope) -> int | None:
    """The place of the parameter that means "there is". Notes a mistake where there is no such parameter."""
    role, tree = role_of(scope.function.object), scope.function.tree
    if role is None or role.some is None:
        return None
    names = [argument.arg for argument in tree.args.args[1:]]
    if role.some in names:
        return names.index(role.some)
    there_is = ", ".join(f"`{one}`" for one in names)
    mistake = Diagnostic(
        "S324",
        f"`{tree.name}` has no parameter `{role.some}`",
        header_span(tree, scope.function.file),
        "there is one of what?",
        f"its parameters are {there_is}" if names else f"add the parameter `{role.some}: ...`, or write no `some=`",
    )
    scope.context.mistakes.append(mistake)
    return None


def _promise(scope: Scope) -> tuple[Expr, Expr]:
    """What `@leads_to` returns: when something is promised, and what."""
    tree = scope.function.tree
    match _without_docstring(tree):
        case [ast.Return(ast.Tuple([trigger, goal]))]:
            return expressions.truth(scope, trigger), expressions.truth(scope, goal)
        case body:
            help_ = "return two conditions, as in `return self.waits[p], self.has[p]`; helpers may compute them"
            title = f"`{tree.name}` does not return what leads to what"
            scope.fail("S200", body[0] if body else tree, title, "not two conditions", help_)


def _without_docstring(tree: ast.FunctionDef) -> list[ast.stmt]:
    return tree.body[1:] if ast.get_docstring(tree) is not None else tree.body


def view_of(context: Context, method: FunctionType) -> View | None:
    """A view: one `return` of a value, or of several; None where it is wrong, and the context has been told why."""
    source = source_of(context, method)
    if source is None:
        return None
    scope = Scope(context, source)
    try:
        _check_parameters(scope, "view", "object")
        match _without_docstring(source.tree):
            case [ast.Return(ast.Tuple([_, *_] as values))]:
                pass
            case [ast.Return(ast.expr() as value)]:
                values = [value]
            case body:
                help_ = "return what is to be seen, as in `return self.votes, self.closed`; a helper may compute it"
                title = f"the view `{source.tree.name}` is more than a `return`"
                scope.fail("S200", body[0] if body else source.tree, title, "not understood", help_)
        parts = tuple(_part(scope, value) for value in values)
    except Mistake as mistake:
        context.mistakes.append(mistake.diagnostic)
        return None
    span = header_span(source.tree, source.file)
    return View(source.tree.name, parts, summary_of(method) or source.tree.name, span)


def _part(scope: Scope, node: ast.expr) -> Expr:
    part = expressions.expression(scope, node)
    if isinstance(part.type, ListType):
        help_ = "write a set, `{... for ...}`"
        scope.fail("S302", node, "a view sees a list, whose order may mean nothing", "a list", help_)
    return part


def _check_parameters(scope: Scope, kind: str, result: str) -> None:
    """Give the states their names. Raises Mistake where a method takes something else."""
    tree = scope.function.tree
    parameters = [argument.arg for argument in tree.args.args]
    wanted = PARAMETERS.get(kind, ["self"])
    if len(parameters) != len(wanted):
        scope.fail(
            "S334",
            header_span(tree, scope.function.file),
            f"`{tree.name}` has the wrong parameters for `@{kind}`",
            "declared here",
            f"write `def {tree.name}({', '.join(wanted)}) -> {result}`",
        )
    scope.names = {name: StateName(after=position == 1) for position, name in enumerate(parameters)}


def source_of(context: Context, method: FunctionType) -> Function | None:
    """The source of a method; None where it is not available, and the context has been told so."""
    try:
        return function_source(method)
    except SpecError as error:
        context.mistakes.extend(error.diagnostics)
        return None


def summary_of(method: FunctionType) -> str:
    """The first paragraph of a docstring, on one line."""
    paragraph = (method.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(paragraph.split())

"""Lowering: a spec class, with sizes and parameters, to a typed machine.

Expects a subclass of `Spec` and settled settings; every mistake in its source is collected and raised at once as a
`SpecError`. Leaves a machine without helpers, which are inlined, and without parameters, which are constants.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from types import FunctionType
from typing import Any

from indoubt.explorer.frontend import helpers, paths, statements
from indoubt.explorer.frontend.coercion import seen
from indoubt.explorer.frontend.declared import Declared, check_class
from indoubt.explorer.frontend.diagnostics import Diagnostic, Mistake, SpecError
from indoubt.explorer.frontend.names import holds_member
from indoubt.explorer.frontend.paths import Unset
from indoubt.explorer.frontend.properties import property_of, source_of, summary_of, view_of
from indoubt.explorer.frontend.scope import Context, Scope, StateName
from indoubt.explorer.frontend.source import class_source, function_source, header_span, span_of
from indoubt.explorer.ir.expressions import Expr, Literal, Span
from indoubt.explorer.ir.machine import Action, Choice, Machine, Variable
from indoubt.explorer.ir.statements import Assert, Assign
from indoubt.explorer.ir.values import encode
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language.domains import settled
from indoubt.specs.language.machine import Role, Spec, methods_of, role_of
from indoubt.specs.language.settings import (
    Settings,
    declarations,
    is_parameter,
    names_in_scope,
    parameter_types,
    settle_settings,
)
from indoubt.specs.language.types import NotFinite, Type, finite_type, held_type, type_text
from indoubt.specs.language.universe import BoundReached, NoUniverse, within

PROPERTIES = ("invariant", "step_invariant", "reachable")


def lower(spec: type[Spec], settings: Settings) -> Machine:
    """The machine of a spec. Raises SpecError with all mistakes of its source."""
    with within(settings.universe):
        declared = check_class(spec)
        types = _checked_types(spec, settings, declared)
        context = Context(spec, settings, types, declared.mistakes, refused=declared.refused)
        variables = _variables(context)
        initial = tuple(_action(context, method) for method in _methods(context, "initial"))
        actions = tuple(_action(context, method) for method in _methods(context, "action"))
        properties = tuple(
            property_of(context, method, kind) for kind in PROPERTIES for method in _methods(context, kind)
        )
        constraints = tuple(property_of(context, method, "constraint") for method in _methods(context, "constraint"))
        views = tuple(view_of(context, method) for method in _methods(context, "view"))
        _check_class(context, variables, initial, actions)
    if context.mistakes:
        raise SpecError(_in_order(context.mistakes))
    return Machine(
        spec.__name__,
        dict(settings.sizes),
        variables,
        tuple(action for action in initial if action is not None),
        tuple(action for action in actions if action is not None),
        tuple(one for one in properties if one is not None),
        tuple(one for one in constraints if one is not None),
        tuple(one for one in views if one is not None),
    )


def _in_order(mistakes: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The mistakes in the order of the file; what a helper repeats wherever it is called is told once."""
    once = {(mistake.code, mistake.span or mistake.title): mistake for mistake in reversed(list(mistakes))}
    return sorted(once.values(), key=lambda mistake: (mistake.span is None, mistake.span, mistake.code))


def _methods(context: Context, kind: str) -> list[FunctionType]:
    """The methods in a role, without those that are refused."""
    return [method for name, method in methods_of(context.spec, kind).items() if name not in context.refused]


def settle(spec: type[Spec], given: dict[str, Any]) -> Settings:
    """Check sizes and parameters. Raises SettingError for a wrong one, SpecError where a type is not finite."""
    mistakes: list[Diagnostic] = []
    for name, (owner, annotation) in declarations(spec).items():
        if is_parameter(annotation):
            try:
                finite_type(annotation, names_in_scope(owner))
            except (NotFinite, NoUniverse) as error:
                mistakes.append(_bad_annotation(owner, name, error))
    if mistakes:
        raise SpecError(mistakes)
    try:
        return settle_settings(spec, given)
    except NotFinite as error:
        raise SpecError([Diagnostic("S330", error.message, None, help=error.help)]) from None


def _checked_types(spec: type[Spec], settings: Settings, declared: Declared) -> dict[str, Type]:
    """The types of the variables; one whose annotation is no finite type is refused."""
    types: dict[str, Type] = {}
    for name, (owner, annotation) in declarations(spec).items():
        if not is_parameter(annotation) and name not in declared.refused:
            try:
                types[name] = held_type(annotation, {**names_in_scope(owner), **settings.parameters})
            except (NotFinite, NoUniverse) as error:
                declared.refuse(name, _bad_annotation(owner, name, error))
            else:
                _check_frozen_bound(owner, name, annotation, declared.mistakes)
    return types


def _check_frozen_bound(owner: type, name: str, annotation: Any, mistakes: list[Diagnostic]) -> None:
    if isinstance(annotation, str):
        return
    node, file = _declaration(owner, name)
    if node is None:
        return
    used = {part.id for part in ast.walk(node.annotation) if isinstance(part, ast.Name)}
    mistakes.extend(
        Diagnostic(
            "S331",
            f"the bound of `{name}` uses parameter `{parameter}`, whose default Python has put in already",
            span_of(node.annotation, file),
            "fixed when the class was made",
            "begin the file with `from __future__ import annotations`",
        )
        for parameter in sorted(used & set(parameter_types(owner)))
    )


def _bad_annotation(owner: type, name: str, error: Exception) -> Diagnostic:
    node, file = _declaration(owner, name)
    message = error.message if isinstance(error, NotFinite) else str(error)
    help_ = error.help if isinstance(error, NotFinite) else "give the run this size"
    return Diagnostic("S330", message, span_of(node.annotation, file) if node else None, f"the type of `{name}`", help_)


def _declaration(owner: type, name: str) -> tuple[ast.AnnAssign | None, str]:
    tree, file = class_source(owner)
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            return node, file
    return None, file


def _variables(context: Context) -> tuple[Variable, ...]:
    variables: list[Variable] = []
    for name, type_ in context.variables.items():
        value: Expr | None = None
        if hasattr(context.spec, name):
            try:
                first = settled(getattr(context.spec, name), type_, name)
                value = Literal(encode(first, type_), type_)
                if holds_member(first):
                    context.mistakes.append(_member_told_apart(context, name))
            except (TypeError, BoundReached) as error:
                owner = declarations(context.spec)[name][0]
                node, file = _declaration(owner, name)
                span = span_of(node.value, file) if node is not None and node.value is not None else None
                title = f"the first value of `{name}` is no `{type_text(type_)}`"
                label = "out of bounds" if isinstance(error, BoundReached) else "of another type"
                context.mistakes.append(Diagnostic("S332", title, span, label, "give a value of the annotated type"))
        variables.append(Variable(name, type_, value))
    return tuple(variables)


def _member_told_apart(context: Context, name: str) -> Diagnostic:
    node, file = _declaration(declarations(context.spec)[name][0], name)
    return Diagnostic(
        "S321",
        f"the first value of `{name}` tells a member of a sort apart",
        span_of(node.value, file) if node is not None and node.value is not None else None,
        "members are interchangeable",
        f"leave the choice to `@initial def start(self, x: ...)`, with `self.{name} = x`",
    )


def _action(context: Context, method: FunctionType) -> Action | None:
    source = source_of(context, method)
    if source is None:
        return None
    role = role_of(method)
    assert isinstance(role, Role)
    scope = Scope(context, source, {helpers.first_parameter(method): StateName()}, writable=True)
    choices = _choices(scope)
    if choices is None:
        return None
    paths.check_reachable(context, source)
    body = statements.block(scope, source.tree.body)
    for part in walk(body) if role.kind == "initial" else ():
        if isinstance(part, Assert):
            context.mistakes.append(
                Diagnostic(
                    "S200",
                    "`assert` has no place in an `@initial` method",
                    part.span,
                    "no step has been taken yet",
                    "write an `@invariant`: it is checked in the initial states too",
                )
            )
    span = header_span(source.tree, source.file)
    return Action(source.tree.name, choices, body, summary_of(method), span, role.fault, role.by)


def _choices(scope: Scope) -> tuple[Choice, ...] | None:
    """The parameters of an action; the name of one that is not understood repeats its mistake wherever it stands.

    None where they are of a kind that makes no sense of the body either.
    """
    tree = scope.function.tree
    choices: list[Choice] = []
    if _has_other_kinds(tree.args):
        mistake = Diagnostic(
            "S315",
            f"`{tree.name}` has parameters of a kind outside the language",
            header_span(tree, scope.function.file),
            "declared here",
            "use plain parameters without defaults: the explorer chooses them",
        )
        scope.context.mistakes.append(mistake)
        return None
    for argument in tree.args.args[1:]:
        try:
            choices.append(_choice(scope, argument))
        except Mistake as error:
            scope.context.mistakes.append(error.diagnostic)
            scope.context.lost[scope.function.object, argument.arg] = error.diagnostic
    return tuple(choices)


def _choice(scope: Scope, argument: ast.arg) -> Choice:
    if argument.annotation is None:
        scope.fail(
            "S333",
            argument,
            f"parameter `{argument.arg}` has no type",
            "ranges over what?",
            f"write `{argument.arg}: <a finite type>`",
        )
    type_ = helpers.annotated_type(scope, argument.annotation)
    local = scope.context.fresh(argument.arg, seen(type_))
    scope.names[argument.arg] = local
    return Choice(local, type_)


def _has_other_kinds(arguments: ast.arguments) -> bool:
    return bool(
        arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs or arguments.defaults
    )


def _check_class(
    context: Context,
    variables: tuple[Variable, ...],
    initial: tuple[Action | None, ...],
    actions: tuple[Action | None, ...],
) -> None:
    spec = context.spec
    written = {part.target.variable for one in initial if one for part in walk(one.body) if isinstance(part, Assign)}
    for variable in variables:
        if variable.value is None and variable.name not in written and not _has_value(context, variable.name):
            node, file = _declaration(declarations(spec)[variable.name][0], variable.name)
            context.mistakes.append(
                Diagnostic(
                    "S004",
                    f"`{variable.name}` has no first value",
                    span_of(node, file) if node else None,
                    "declared here",
                    "give it one, as in `= every(...)`, or set it in an `@initial` method",
                )
            )
    open_names = frozenset(one.name for one in variables if one.value is None and not _has_value(context, one.name))
    for method, action in zip(_methods(context, "initial"), initial, strict=True):
        if action is not None:
            Unset(context, action, function_source(method), open_names)
    if not actions and not context.refused:
        context.mistakes.append(
            Diagnostic(
                "S003",
                f"`{spec.__name__}` has no action",
                _class_span(spec),
                "nothing can happen here",
                "decorate the methods that are steps with `@action`",
            )
        )
    if len(initial) > 1:
        second = [function_source(method) for method in methods_of(spec, "initial").values()][1]
        context.mistakes.append(
            Diagnostic(
                "S006",
                f"`{spec.__name__}` has {len(initial)} `@initial` methods",
                header_span(second.tree, second.file),
                "which of them makes the initial states?",
                "make them one: its parameters are the choices; one of a base class is overridden under its name",
            )
        )


def _has_value(context: Context, name: str) -> bool:
    return hasattr(context.spec, name)  # its value was refused, which is another mistake


def _class_span(spec: type) -> Span | None:
    try:
        tree, file = class_source(spec)
    except SpecError:
        return None
    return header_span(tree, file)

"""Lowering: a spec class, with sizes and parameters, to a typed machine.

Expects a subclass of `Spec` and settled settings; every mistake in its source is collected and raised at once as a
`SpecError`. Leaves a machine without helpers, which are inlined, and without parameters, which are constants.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any

from indoubt.explorer.frontend import advice, chance, helpers, paths, statements
from indoubt.explorer.frontend.choices import check_fairness, check_groups, check_taker, choices_of
from indoubt.explorer.frontend.declared import Declared, check_class
from indoubt.explorer.frontend.desugar.sending import Sending
from indoubt.explorer.frontend.desugar.translation import Translation, known_system, translated
from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.frontend.intervals import fixed_intervals
from indoubt.explorer.frontend.names import holds_member
from indoubt.explorer.frontend.paths import Unset
from indoubt.explorer.frontend.properties import property_of, source_of, summary_of, temporal_of, view_of
from indoubt.explorer.frontend.scope import Context, Scope, StateName
from indoubt.explorer.frontend.source import class_source, function_source, header_span, span_of
from indoubt.explorer.ir.expressions import Expr, Literal, Span
from indoubt.explorer.ir.machine import Action, Machine, Variable
from indoubt.explorer.ir.statements import Assert, Assign
from indoubt.explorer.ir.values import encode
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language.annotations import Between, finite_type, held_type, is_durable
from indoubt.specs.language.bounds import NamedBound
from indoubt.specs.language.domains import belongs, settled
from indoubt.specs.language.machine import TEMPORAL, Role, Spec, methods_of, role_of
from indoubt.specs.language.nodes import is_node_class
from indoubt.specs.language.settings import (
    SettingError,
    Settings,
    capacities,
    choices_text,
    declarations,
    is_parameter,
    names_in_scope,
    parameter_names,
    parameter_types,
    settle_settings,
    sorts_of,
)
from indoubt.specs.language.systems import System
from indoubt.specs.language.types import (
    BoolType,
    EnumType,
    IntType,
    NotFinite,
    SetType,
    Type,
    type_text,
)
from indoubt.specs.language.universe import BoundReached, NoUniverse, within

PROPERTIES = ("invariant", "step_invariant", "reachable")


def lower(spec: type[Spec], settings: Settings) -> Machine:
    """The machine of a spec. Raises SpecError with all mistakes of its source."""
    if issubclass(spec, System):
        return _lowered(translated(spec), settings)
    with within(settings.universe):
        return _machine(spec, settings, check_class(spec), None)


def _lowered(translation: Translation, settings: Settings) -> Machine:
    """The machine of a system. Raises SpecError that speaks of nodes."""
    try:
        with within(settings.universe):
            machine = _machine(translation.spec, settings, translation.declared, translation.sending)
            return translation.finished(machine)
    except SpecError as error:
        raise SpecError(translation.told(list(error.diagnostics))) from None


def _machine(spec: type[Spec], settings: Settings, declared: Declared, sending: Sending | None) -> Machine:
    """The machine of a class of actions; needs the universe of the settings."""
    types = _checked_types(spec, settings, declared)
    context = Context(spec, settings, types, declared.mistakes, refused=declared.refused)
    context.sending = sending
    context.mistakes += chance.mistakes_in_declarations(spec)
    context.fixed_intervals = fixed_intervals(spec, settings, types)
    variables = _variables(context)
    initial = tuple(_action(context, method) for method in _methods(context, "initial"))
    actions = tuple(_action(context, method) for method in _methods(context, "action"))
    for method in _methods(context, "on_restart"):
        _action(context, method)  # no step of this run, but its mistakes are told
    properties = tuple(property_of(context, method, kind) for kind in PROPERTIES for method in _methods(context, kind))
    constraints = tuple(property_of(context, method, "constraint") for method in _methods(context, "constraint"))
    views = tuple(view_of(context, method) for method in _methods(context, "view"))
    temporal = tuple(temporal_of(context, method, kind) for kind in TEMPORAL for method in _methods(context, kind))
    _check_class(context, variables, initial, actions)
    check_groups(context, [action for action in actions if action is not None])
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
        tuple(one for one in temporal if one is not None),
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
    spec = known_system(spec)
    mistakes: list[Diagnostic] = []
    for name, (owner, annotation) in declarations(spec).items():
        if is_parameter(annotation):
            try:
                type_ = finite_type(annotation, names_in_scope(owner))
            except (NotFinite, NoUniverse) as error:
                mistakes.append(_bad_annotation(owner, name, error))
            else:
                mistakes += _bad_default(owner, name, type_)
    if mistakes:
        raise SpecError(_in_order([*mistakes, *_bad_variables(spec)]))
    try:
        return settle_settings(spec, given)
    except SettingError:
        _refuse_wrong_spec(spec)  # a mistake may be why a size is unknown, or not asked for
        raise
    except NotFinite as error:
        raise SpecError([Diagnostic("S330", error.message, None, help=error.help)]) from None


def _refuse_wrong_spec(spec: type[Spec]) -> None:
    """Raise SpecError for the mistakes that a spec has whatever a run chooses, looked for with sizes of our own."""
    sizes = {sort.__name__: EXAMPLE for sort in sorts_of(spec) if sort.fixed_size is None}
    try:
        lower(spec, settle_settings(spec, {**sizes, **dict.fromkeys(capacities(spec), EXAMPLE)}))
    except SpecError as error:
        mistakes = [one for one in error.diagnostics if one.code not in OF_A_SIZE and "is empty" not in one.title]
        if mistakes:
            raise SpecError(mistakes) from None
    except (SettingError, NotFinite):
        return


EXAMPLE = 2
"""A size to look for mistakes with, where the run has not chosen any."""
OF_A_SIZE = ("S320", "S332")
"""Mistakes that another size may mend, as it may fill an empty interval: a member or a first value is out of reach."""


def _bad_default(owner: type, name: str, type_: Type) -> list[Diagnostic]:
    """The mistake of a parameter whose type the run cannot set, or whose default is no value of it."""
    if not isinstance(type_, (BoolType, EnumType, IntType, SetType)):
        help_ = f"write `{name}: Parameter[bool]`, an Enum, a Set, or `Parameter[Annotated[int, Between(0, 3)]]`"
        title = f"parameter `{name}` is neither a bool, an Enum, a bounded int nor a set"
        return [_bad_annotation(owner, name, NotFinite(title, help_))]
    default = getattr(owner, name, None)
    if default is None or isinstance(type_, SetType) or belongs(default, type_):
        return []
    node, file = _declaration(owner, name)
    span = span_of(node.value, file) if node is not None and node.value is not None else None
    title = f"the default of parameter `{name}` is no `{type_text(type_)}`"
    return [Diagnostic("S332", title, span, "not possible", f"give {choices_text(type_)}")]


def _bad_variables(spec: type[Spec]) -> Iterator[Diagnostic]:
    """The variables whose types are wrong in every run, told together with those of the parameters."""
    for name, (owner, annotation) in declarations(spec).items():
        mentioned = re.findall(r"\w+", annotation) if isinstance(annotation, str) else []
        if not is_parameter(annotation) and not set(mentioned) & set(parameter_names(spec)):
            try:
                held_type(annotation, names_in_scope(owner))
            except NotFinite as error:
                yield _bad_annotation(owner, name, error)
            except NoUniverse:
                continue


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
                if not is_node_class(owner) and is_durable(annotation, names_in_scope(owner)):
                    declared.refuse(name, _misplaced_durable(owner, name))
    return types


def _misplaced_durable(owner: type, name: str) -> Diagnostic:
    node, file = _declaration(owner, name)
    span = span_of(node.annotation, file) if node is not None else None
    title = f"`{name}` is `Durable`, and belongs to no node"
    help_ = "name the type alone: only the fields of a node are lost in a crash"
    return Diagnostic("S508", title, span, "survives what?", help_)


def _check_frozen_bound(owner: type, name: str, annotation: Any, mistakes: list[Diagnostic]) -> None:
    if isinstance(annotation, str):
        return
    node, file = _declaration(owner, name)
    if node is None:
        return
    parameters = _names_in(node.annotation) & set(parameter_types(owner))
    uses = [f"uses parameter `{parameter}`" for parameter in sorted(parameters)]
    uses += [f"computes with `{bound}`" for bound in sorted(_computed_bounds(owner, node.annotation))]
    mistakes.extend(
        Diagnostic(
            "S331",
            f"the bound of `{name}` {use}, whose default Python has put in already",
            span_of(node.annotation, file),
            "fixed when the class was made",
            "begin the file with `from __future__ import annotations`",
        )
        for use in uses
    )


def _computed_bounds(owner: type, annotation: ast.expr) -> set[str]:
    """The named bounds that Python has called a function with: in `Between(0, min(MOST, 3))`, not in `MOST + 1`."""
    names = names_in_scope(owner)
    computed: set[str] = set()
    for part in ast.walk(annotation):
        is_interval = (
            isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and names.get(part.func.id) is Between
        )
        if isinstance(part, ast.Call) and not is_interval:
            computed |= _names_in(part)
    return {name for name in computed if isinstance(names.get(name), NamedBound)}


def _names_in(node: ast.expr) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _bad_annotation(owner: type, name: str, error: Exception) -> Diagnostic:
    node, file = _declaration(owner, name)
    message = error.message if isinstance(error, NotFinite) else str(error)
    help_ = error.help if isinstance(error, NotFinite) else "give the run this size"
    return Diagnostic("S330", message, span_of(node.annotation, file) if node else None, f"the type of `{name}`", help_)


def _declaration(owner: type, name: str) -> tuple[ast.AnnAssign | None, str]:
    tree, file = class_source(owner)
    name = name.rpartition(".")[2]  # of a field of a node, the name that its class gives it
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
                if holds_member(first) and name not in _set_key_by_key(context.spec):
                    context.mistakes.append(_member_told_apart(context, name))
            except (TypeError, BoundReached) as error:
                owner = declarations(context.spec)[name][0]
                node, file = _declaration(owner, name)
                span = span_of(node.value, file) if node is not None and node.value is not None else None
                title = f"the first value of `{name}` is no `{type_text(type_)}`"
                label = "out of bounds" if isinstance(error, BoundReached) else "of another type"
                help_ = advice.for_first_value(getattr(context.spec, name), type_)
                context.mistakes.append(Diagnostic("S332", title, span, label, help_))
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
    choices = choices_of(scope)
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
    check_fairness(scope, choices, role.fairness)
    check_taker(scope, choices, role.by)
    return Action(source.tree.name, choices, body, summary_of(method), span, role.fault, role.by, role.fairness)


def _check_class(
    context: Context,
    variables: tuple[Variable, ...],
    initial: tuple[Action | None, ...],
    actions: tuple[Action | None, ...],
) -> None:
    spec = context.spec
    written = {part.target.variable for one in initial if one for part in walk(one.body) if isinstance(part, Assign)}
    for variable in variables:
        is_open = variable.name in _set_key_by_key(spec) or (
            variable.value is None and not _has_value(context, variable.name)
        )
        if is_open and variable.name not in written:
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
    by_key = frozenset(_set_key_by_key(spec))
    for method, action in zip(_methods(context, "initial"), initial, strict=True):
        if action is not None:
            Unset(context, action, function_source(method), open_names | by_key, by_key)
    if not actions and not context.refused and not _lost_actions(spec):
        context.mistakes.append(_no_action(spec))
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


def _set_key_by_key(spec: type[Spec]) -> tuple[str, ...]:
    """The variables of a system that an `@initial` method sets node by node."""
    named: tuple[str, ...] = getattr(spec, "__open__", ())
    return named


def _no_action(spec: type[Spec]) -> Diagnostic:
    return Diagnostic(
        "S003",
        f"`{spec.__name__}` has no action",
        _class_span(spec),
        "nothing can happen here",
        "decorate the methods that are steps with `@action`",
    )


def _lost_actions(spec: type[Spec]) -> bool:
    """Whether a base class has actions, which overrides without `@action` have taken away: that is told."""
    return any(methods_of(base, "action") for base in spec.__mro__ if issubclass(base, Spec))


def _has_value(context: Context, name: str) -> bool:
    return hasattr(context.spec, name)  # its value was refused, which is another mistake


def _class_span(spec: type) -> Span | None:
    try:
        tree, file = class_source(spec)
    except SpecError:
        return None
    return header_span(tree, file)

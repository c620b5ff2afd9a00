"""Lowering: a spec class, with sizes and parameters, to a typed machine.

Expects a subclass of `Spec` and settled settings; every mistake in its source is collected and raised at once as a
`SpecError`. Leaves a machine without helpers, which are inlined, and without parameters, which are constants.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from types import FunctionType
from typing import Any

from indoubt.explorer.frontend import chance, expressions, helpers, paths, statements
from indoubt.explorer.frontend.choices import check_fairness, check_groups, check_taker, choices_of
from indoubt.explorer.frontend.declared import Declared, check_class
from indoubt.explorer.frontend.desugar.sending import Sending
from indoubt.explorer.frontend.desugar.translation import Translation, known_system, translated
from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.frontend.intervals import fixed_intervals
from indoubt.explorer.frontend.paths import Unset
from indoubt.explorer.frontend.properties import property_of, source_of, summary_of, temporal_of, view_of
from indoubt.explorer.frontend.scope import Context, Scope, StateName
from indoubt.explorer.frontend.source import class_source, function_source, header_span, span_of
from indoubt.explorer.frontend.variables import (
    bad_parameters,
    bad_variables,
    checked_types,
    declaration,
    set_key_by_key,
    variables_of,
)
from indoubt.explorer.ir.expressions import Span
from indoubt.explorer.ir.machine import Action, Machine, Variable
from indoubt.explorer.ir.statements import Assert, Assign
from indoubt.explorer.ir.walk import types_of, walk
from indoubt.specs.language.declarations import declarations, open_capacities, sorts_of
from indoubt.specs.language.machine import TEMPORAL, Role, Spec, methods_of, role_of
from indoubt.specs.language.settings import QUORUMS, SettingError, Settings, settle_settings
from indoubt.specs.language.systems import System
from indoubt.specs.language.types import NotFinite, QuorumType
from indoubt.specs.language.universe import within

PROPERTIES = ("invariant", "step_invariant", "reachable")


def lower(spec: type[Spec], settings: Settings) -> Machine:
    """The machine of a spec. Raises SpecError with all mistakes of its source, SettingError for idle quorum systems."""
    if issubclass(spec, System):
        machine = _lowered(translated(spec), settings)
    else:
        with within(settings.universe):
            machine = _machine(spec, settings, check_class(spec), None)
    _refuse_idle_quorums(spec, settings, machine)
    return machine


def _refuse_idle_quorums(spec: type[Spec], settings: Settings, machine: Machine) -> None:
    """Raise SettingError for a quorum system over a sort of whose quorums the spec never speaks."""
    named = [sort for sort in settings.quorums if sort is not None]
    if not named:
        return
    has = dict.fromkeys(type_.sort.cls.__name__ for type_ in types_of(machine) if isinstance(type_, QuorumType))
    idle = next((sort for sort in named if sort not in has), None)
    if idle is not None:
        asked = f"{QUORUMS}={idle}:{settings.quorums[idle]}"
        whose = f"whose quorums are over {' and '.join(has)}" if has else "which has no quorums"
        raise SettingError(f"{asked} means nothing to {spec.__name__}, {whose}; leave it out")


def _lowered(translation: Translation, settings: Settings) -> Machine:
    """The machine of a system. Raises SpecError that speaks of nodes."""
    try:
        with within(settings.universe):
            machine = _machine(translation.spec, settings, translation.declared, translation.sending)
            return translation.finished(machine)
    except SpecError as error:
        raise SpecError(_in_order(translation.told(list(error.diagnostics)))) from None


def _machine(spec: type[Spec], settings: Settings, declared: Declared, sending: Sending | None) -> Machine:
    """The machine of a class of actions; needs the universe of the settings."""
    types = checked_types(spec, settings, declared)
    context = Context(spec, settings, types, declared.mistakes, refused=declared.refused)
    context.sending = sending
    context.mistakes += chance.mistakes_in_declarations(spec)
    context.fixed_intervals = fixed_intervals(spec, settings, types)
    variables = variables_of(context)
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
    mistakes = bad_parameters(spec)
    if mistakes:
        raise SpecError(_in_order([*mistakes, *bad_variables(spec)]))
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
        lower(spec, settle_settings(spec, {**sizes, **dict.fromkeys(open_capacities(spec), EXAMPLE)}))
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
    context.parameters |= {choice.local.name for choice in choices}
    paths.check_reachable(context, source)
    condition: ast.expr | None = getattr(method, "__indoubt_owed__", None)
    owed = None if condition is None else expressions.expression(scope, condition)
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
    return Action(source.tree.name, choices, body, summary_of(method), span, role.fault, role.by, role.fairness, owed)


def _check_class(
    context: Context,
    variables: tuple[Variable, ...],
    initial: tuple[Action | None, ...],
    actions: tuple[Action | None, ...],
) -> None:
    spec = context.spec
    written = {part.target.variable for one in initial if one for part in walk(one.body) if isinstance(part, Assign)}
    for variable in variables:
        is_open = variable.name in set_key_by_key(spec) or (
            variable.value is None and not _has_value(context, variable.name)
        )
        if is_open and variable.name not in written:
            node, file = declaration(declarations(spec)[variable.name][0], variable.name)
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
    by_key = frozenset(set_key_by_key(spec))
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

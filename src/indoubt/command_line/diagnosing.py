"""`indoubt doctor`: mistakes first, which end it; then smells, which are warnings.

What is written is looked at as it stands: variables, parameters and helpers that nothing uses, actions that change
nothing or never happen. Where the run has its sizes, some states are explored as well: which actions they enable, and
whether an invariant ever needs all of its parts.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from linecache import getline
from types import FunctionType
from typing import Any

from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.frontend.source import class_source, function_source, header_span, span_of
from indoubt.explorer.ir.expressions import And, Exists, Expr, ForAll, Literal, Load, Not, Or, Span
from indoubt.explorer.ir.machine import Action, Machine, Property
from indoubt.explorer.ir.statements import Assert, Assign, Require
from indoubt.explorer.ir.types import BOOL
from indoubt.explorer.ir.walk import locals_in, walk
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.result import Exploration, Limits, Verdict
from indoubt.finding.specs import find_spec
from indoubt.reports.report import counted
from indoubt.runs.failing import spec_failed
from indoubt.runs.ledger import BUDGETS
from indoubt.runs.settings_text import parsed
from indoubt.specs.language.declarations import OURS, declarations, open_capacities, parameter_names, sorts_of
from indoubt.specs.language.machine import Spec, role_of
from indoubt.specs.language.settings import SettingError, Settings
from indoubt.specs.language.systems import System

LIMITS = Limits(max_states=20_000, timeout_s=10.0)
EXAMPLE_SIZE = 2
TRUE, FALSE = Literal(True, BOOL), Literal(False, BOOL)


def doctor(name: str, texts: tuple[str, ...]) -> int:
    """Print what is wrong with a spec, or smells; the exit status. Raises SpecError with all mistakes."""
    spec = find_spec(name)
    settings, is_complete = _settings(spec, parsed(spec, texts, {}))
    machine = lower(spec, settings)
    warnings = [*_unused_variables(spec, machine), *_unused_parameters(spec, machine), *_unused_helpers(spec)]
    warnings += _idle_actions(spec, machine)
    explored, idle, excluded = None, list[Action](), list[str]()
    if is_complete:
        explored = _explored(spec, settings, machine)
        idle, excluded = _never_taken(explored, machine), _excluded_faults(explored, machine, settings)
        warnings += _seen_in(explored, machine, [] if excluded else idle)
    for warning in sorted(dict.fromkeys(warnings), key=lambda one: (one.span is None, one.span)):
        print(f"{str(warning).replace('error[]: ', 'warning: ', 1)}\n")
    for action, parameters in _switched_off(spec, machine).items():
        print(f"note: `{action}` is switched off by {' and '.join(parameters)}\n")
    if idle and excluded:
        names, why = ", ".join(f"`{action.name}`" for action in idle), ", ".join(excluded)
        reason = f"switched off, or in need of a fault that this run does not allow ({why})"
        print(f"note: no state enables {names}: {reason}\n")
    print(_summary(spec, settings, len(warnings), explored))
    return 0


def _settings(spec: type[Spec], given: dict[str, Any]) -> tuple[Settings, bool]:
    """The settings of the run; sizes that it leaves open are filled in, and then nothing is explored."""
    try:
        return settle(spec, given), True
    except SettingError:
        sizes = {sort.__name__: EXAMPLE_SIZE for sort in sorts_of(spec) if sort.fixed_size is None}
        return settle(spec, {**sizes, **dict.fromkeys(open_capacities(spec), EXAMPLE_SIZE), **given}), False


def _warning(title: str, span: Span | None, label: str, help_: str) -> Diagnostic:
    return Diagnostic("", title, span, label, help_)


def _unused_variables(spec: type[Spec], machine: Machine) -> Iterator[Diagnostic]:
    read: set[str] = set()
    parts = [statement for action in (*machine.initial, *machine.actions) for statement in walk(action.body)]
    for part in parts:
        if isinstance(part, Assign):
            inside = {load.variable for load in walk((part.value, *part.target.path)) if isinstance(load, Load)}
            read |= inside - {part.target.variable}
    inside_writes = {id(node) for part in parts if isinstance(part, Assign) for node in walk(part)}
    read |= {part.variable for part in parts if isinstance(part, Load) and id(part) not in inside_writes}
    conditions = [one.condition for one in (*machine.properties, *machine.constraints)]
    conditions += [part for one in machine.temporal for part in (one.trigger, one.goal)]
    read |= {part.variable for condition in conditions for part in walk(condition) if isinstance(part, Load)}
    written = {part.target.variable for part in parts if isinstance(part, Assign)}
    for variable in machine.variables:
        place = _declared_at(spec, variable.name)
        if place is None and issubclass(spec, System):
            continue  # of the network, of a fault or of a detector: no author has written it
        if variable.name not in read:
            title = f"nothing reads `{variable.name}`"
            help_ = "delete it, or state a property of it: it makes states different that behave alike"
            yield _warning(title, place, "no guard, no value and no property depends on it", help_)
        elif variable.name not in written:
            help_ = "make it a constant of the module, or a `Parameter[...]` that the run may set"
            yield _warning(f"no action writes `{variable.name}`", place, "it keeps its first value", help_)


def _declared_at(spec: type[Spec], name: str) -> Span | None:
    owner, field = declarations(spec)[name][0], name.rpartition(".")[2]
    tree, file = class_source(owner)
    nodes = [
        node
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == field
    ]
    return span_of(nodes[0], file) if nodes else None


def _trees(spec: type) -> Iterator[tuple[type, ast.ClassDef]]:
    for owner in spec.__mro__:
        if owner is not object and owner.__module__ not in OURS:
            try:
                yield owner, class_source(owner)[0]
            except SpecError:
                continue


def _unused_parameters(spec: type[Spec], machine: Machine) -> Iterator[Diagnostic]:
    named = {
        part.attr if isinstance(part, ast.Attribute) else part.id
        for cls in (spec, *getattr(spec, "__parts__", ()))  # a system has the parameters of its nodes
        for _, tree in _trees(cls)
        for part in ast.walk(tree)
        if isinstance(part, ast.Attribute) or (isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load))
    }
    for name in parameter_names(spec):
        if name not in named:
            help_ = "delete it, or let a guard depend on it"
            yield _warning(f"parameter `{name}` has no effect", _declared_at(spec, name), "never used", help_)
    for action in machine.actions:
        used = {name for part in action.body for name in locals_in(part)}
        for choice in action.choices:
            if choice.local.name not in used:
                name = choice.local.name.partition("#")[0]
                title = f"parameter `{name}` of `{action.name}` has no effect"
                help_ = "delete it: every choice of it is one more step that does the same"
                yield _warning(title, action.span, "never used", help_)


def _unused_helpers(spec: type[Spec]) -> Iterator[Diagnostic]:
    called = {part.attr for _, tree in _trees(spec) for part in ast.walk(tree) if isinstance(part, ast.Attribute)}
    for owner, _ in _trees(spec):
        for name, method in vars(owner).items():
            is_helper = isinstance(method, FunctionType) and role_of(method) is None and not name.startswith("__")
            if is_helper and owner.__module__ == spec.__module__ and name not in called:
                source = function_source(method)
                if not _may_be_forgotten(source.tree):
                    continue
                span = header_span(source.tree, source.file)
                help_ = "decorate it if it is an action or a property; delete it unless a refinement maps to it"
                yield _warning(f"nothing calls the helper `{name}`", span, "never called", help_)


def _may_be_forgotten(tree: ast.FunctionDef) -> bool:
    """Whether a helper that nothing calls may be a mistake; a refinement maps to one that gives a part of the state."""
    has_parameters = len(tree.args.args) > 1
    is_condition = tree.returns is None or ast.unparse(tree.returns) in ("bool", "None")
    return has_parameters or is_condition


def _idle_actions(spec: type[Spec], machine: Machine) -> Iterator[Diagnostic]:
    for action in prepared(machine).actions:
        false = _constantly_false(action)
        if false is not None:
            if not _parameters_in(spec, false):
                help_ = "mend the guard, or delete the action"
                yield _warning(f"`{action.name}` is never enabled", false, "constantly false", help_)
        elif not any(isinstance(part, Assign | Assert | Require) for part in walk(action.body)):
            help_ = "delete it; where it is there so that a final state is no deadlock, guard it: `require(...)`"
            yield _warning(f"`{action.name}` changes nothing", action.span, "always enabled, and no write", help_)
    for one in prepared(machine).properties:
        if one.kind != "reachable" and one.condition == TRUE:
            help_ = "compare with what may differ from state to state"
            yield _warning(f"`{one.name}` is true whatever the state is", one.span, "decided by types alone", help_)


def _switched_off(spec: type[Spec], machine: Machine) -> dict[str, list[str]]:
    """The actions that the parameters of this run switch off, and those parameters."""
    false = {action.name: _constantly_false(action) for action in prepared(machine).actions}
    decisive = {name: _parameters_in(spec, span) for name, span in false.items() if span is not None}
    return {name: parameters for name, parameters in decisive.items() if parameters}


def _parameters_in(spec: type[Spec], guard: Span) -> list[str]:
    text = "".join(getline(guard.file, line) for line in range(guard.line, guard.end_line + 1))
    return [name for name in parameter_names(spec) if re.search(rf"\.{name}\b", text)]


def _constantly_false(action: Action) -> Span | None:
    for statement in action.body:
        if isinstance(statement, Require) and statement.condition == FALSE:
            return statement.span
    return None


def _explored(spec: type[Spec], settings: Settings, machine: Machine) -> Exploration:
    """The first states of a spec, with a question for each invariant: is its last part ever needed?"""
    questions = tuple(
        Property(one.name, "reachable", witness, one.claim, one.span)
        for one in machine.properties
        if one.kind == "invariant" and (witness := _needs_all(one.condition)) is not None
    )
    asked = prepared(dataclasses.replace(machine, properties=questions, temporal=()))
    try:
        return explore(Reference(asked), LIMITS)
    except SearchFailed as failed:
        raise spec_failed(spec, settings, machine, failed) from None


def _needs_all(condition: Expr) -> Expr | None:
    """What holds in a state in which an invariant is not true for want of a case: `not a` of `a or b`."""
    match condition:
        case Or(operands) if len(operands) > 1:
            return And(tuple(Not(operand) for operand in operands[:-1]))
        case ForAll(local, domain, body):
            return Exists(local, domain, _needs_all(body) or TRUE)
        case _:
            return None


def _never_taken(explored: Exploration, machine: Machine) -> list[Action]:
    """The actions that no state enables, although no guard is constantly false.

    Faults are left out: whether those of a run could happen is a part of every verdict.
    """
    constant = {action.name for action in prepared(machine).actions if _constantly_false(action) is not None}
    return [
        action
        for action in machine.actions
        if not explored.taken[action.name] and action.name not in constant and action.fault is None
    ]


def _excluded_faults(explored: Exploration, machine: Machine, settings: Settings) -> list[str]:
    """Why faults do not happen here: their budgets that are 0, or else the faults that no state enables."""
    budgets = [f"{budget}=0" for budget in BUDGETS if settings.parameters.get(budget) == 0]
    faults = [action for action in machine.actions if action.fault is not None and not explored.taken[action.name]]
    return budgets or [f"no `{action.name}`" for action in faults]


def _seen_in(explored: Exploration, machine: Machine, idle: list[Action]) -> Iterator[Diagnostic]:
    count = f"{explored.counts.distinct:,}"
    where = f"the {count} reachable states" if explored.stopped is None else f"the first {count} states"
    for action in idle:
        help_ = "look at its guards one by one; larger sizes, or other parameters, may enable it"
        yield _warning(f"no state enables `{action.name}`", action.span, f"in none of {where}", help_)
    for answer in explored.answers:
        if answer.kind == "reachable" and answer.verdict is not Verdict.HOLDS:
            span = next(one.span for one in machine.properties if one.name == answer.property)
            title = f"`{answer.property}` is true without its last part being needed"
            help_ = "state as `@reachable` what it is about, so that it cannot hold of nothing"
            yield _warning(title, span, f"in each of {where}", help_)


def _summary(spec: type[Spec], settings: Settings, warnings: int, explored: Exploration | None) -> str:
    count = counted(warnings, "warning") if warnings else "no warnings"
    if explored is None:
        fixed = {sort.__name__ for sort in sorts_of(spec) if sort.fixed_size is not None}
        asked = {**settings.sizes, **settings.own_bounds}
        given = " ".join(f"{name}={value}" for name, value in asked.items() if name not in fixed)
        return f"{spec.__name__}: no mistakes, {count}; not explored: no sizes are given, as in {given}"
    states = counted(explored.counts.distinct, "state")
    if explored.stopped is not None:
        part = f"{states} explored, {explored.stopped.told}"
    else:
        part = f"all {states} explored" if explored.counts.distinct > 1 else "the only reachable state explored"
    return f"{spec.__name__}: no mistakes, {count}; {part}"

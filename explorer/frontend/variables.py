"""The types and first values of variables and parameters, and what is wrong with their declarations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from indoubt.explorer.frontend import advice
from indoubt.explorer.frontend.declared import Declared
from indoubt.explorer.frontend.diagnostics import Diagnostic
from indoubt.explorer.frontend.names import holds_member
from indoubt.explorer.frontend.scope import Context
from indoubt.explorer.frontend.source import class_source, span_of
from indoubt.explorer.ir.expressions import Expr, Literal
from indoubt.explorer.ir.machine import Variable
from indoubt.explorer.ir.values import encode
from indoubt.specs.language.annotations import finite_type, held_type, is_durable
from indoubt.specs.language.bounds import NamedBound
from indoubt.specs.language.declarations import declarations, is_parameter, names_in_scope, parameter_names
from indoubt.specs.language.domains import belongs, settled
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.marks import Between
from indoubt.specs.language.nodes import is_node_class
from indoubt.specs.language.settings import Settings, choices_text
from indoubt.specs.language.types import BoolType, EnumType, IntType, NotFinite, SetType, Type, type_text
from indoubt.specs.language.universe import BoundReached, NoUniverse


def bad_parameters(spec: type[Spec]) -> list[Diagnostic]:
    """The mistakes in the declarations of parameters."""
    mistakes: list[Diagnostic] = []
    for name, (owner, annotation) in declarations(spec).items():
        if is_parameter(annotation):
            try:
                type_ = finite_type(annotation, names_in_scope(owner))
            except NotFinite as error:
                mistakes.append(_bad_annotation(owner, name, error))
            except NoUniverse:
                continue  # an end of it is the size of a sort, which the run chooses
            else:
                mistakes += _bad_default(owner, name, type_)
                _check_frozen_bound(owner, name, annotation, mistakes)
    return mistakes


def _bad_default(owner: type, name: str, type_: Type) -> list[Diagnostic]:
    """The mistake of a parameter whose type the run cannot set, or whose default is no value of it."""
    if not isinstance(type_, (BoolType, EnumType, IntType, SetType)):
        help_ = f"write `{name}: Parameter[bool]`, an Enum, a Set, or `Parameter[Annotated[int, Between(0, 3)]]`"
        title = f"parameter `{name}` is neither a bool, an Enum, a bounded int nor a set"
        return [_bad_annotation(owner, name, NotFinite(title, help_))]
    default = getattr(owner, name, None)
    if default is None or isinstance(type_, SetType) or belongs(default, type_):
        return []
    node, file = declaration(owner, name)
    span = span_of(node.value, file) if node is not None and node.value is not None else None
    title = f"the default of parameter `{name}` is no `{type_text(type_)}`"
    return [Diagnostic("S332", title, span, "not possible", f"give {choices_text(type_)}")]


def bad_variables(spec: type[Spec]) -> Iterator[Diagnostic]:
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


def checked_types(spec: type[Spec], settings: Settings, declared: Declared) -> dict[str, Type]:
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
    node, file = declaration(owner, name)
    span = span_of(node.annotation, file) if node is not None else None
    title = f"`{name}` is `Durable`, and belongs to no node"
    help_ = "name the type alone: only the fields of a node are lost in a crash"
    return Diagnostic("S508", title, span, "survives what?", help_)


def _check_frozen_bound(owner: type, name: str, annotation: Any, mistakes: list[Diagnostic]) -> None:
    if isinstance(annotation, str):
        return
    node, file = declaration(owner, name)
    if node is None:
        return
    parameters = _names_in(node.annotation) & set(parameter_names(owner))
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
    node, file = declaration(owner, name)
    message = error.message if isinstance(error, NotFinite) else str(error)
    help_ = error.help if isinstance(error, NotFinite) else "give the run this size"
    return Diagnostic("S330", message, span_of(node.annotation, file) if node else None, f"the type of `{name}`", help_)


def declaration(owner: type, name: str) -> tuple[ast.AnnAssign | None, str]:
    """Where a class declares a name, and in which file; None where its source does not."""
    tree, file = class_source(owner)
    name = name.rpartition(".")[2]  # of a field of a node, the name that its class gives it
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            return node, file
    return None, file


def variables_of(context: Context) -> tuple[Variable, ...]:
    """The variables with their first values; one that is out of its type is a mistake."""
    variables: list[Variable] = []
    for name, type_ in context.variables.items():
        value: Expr | None = None
        if hasattr(context.spec, name):
            try:
                first = settled(getattr(context.spec, name), type_, name)
                value = Literal(encode(first, type_), type_)
                if holds_member(first) and name not in set_key_by_key(context.spec):
                    context.mistakes.append(_member_told_apart(context, name))
            except (TypeError, BoundReached) as error:
                owner = declarations(context.spec)[name][0]
                node, file = declaration(owner, name)
                span = span_of(node.value, file) if node is not None and node.value is not None else None
                title = f"the first value of `{name}` is no `{type_text(type_)}`"
                label = "out of bounds" if isinstance(error, BoundReached) else "of another type"
                help_ = advice.for_first_value(getattr(context.spec, name), type_)
                context.mistakes.append(Diagnostic("S332", title, span, label, help_))
        variables.append(Variable(name, type_, value))
    return tuple(variables)


def _member_told_apart(context: Context, name: str) -> Diagnostic:
    node, file = declaration(declarations(context.spec)[name][0], name)
    return Diagnostic(
        "S321",
        f"the first value of `{name}` tells a member of a sort apart",
        span_of(node.value, file) if node is not None and node.value is not None else None,
        "members are interchangeable",
        f"leave the choice to `@initial def start(self, x: ...)`, with `self.{name} = x`",
    )


def set_key_by_key(spec: type[Spec]) -> tuple[str, ...]:
    """The variables of a system that an `@initial` method sets node by node."""
    named: tuple[str, ...] = getattr(spec, "__open__", ())
    return named

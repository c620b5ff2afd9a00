"""Places in the state: what a write names, and the write itself."""

from __future__ import annotations

import ast

from indoubt.explorer.frontend import (
    aliases,
    expressions,
    sequences,
)
from indoubt.explorer.frontend.names import suggestion
from indoubt.explorer.frontend.narrowing import still_true
from indoubt.explorer.frontend.scope import Scope, StateName
from indoubt.explorer.ir.expressions import Capped, Element, Expr, Load, Lookup
from indoubt.explorer.ir.statements import Assign, Target
from indoubt.explorer.ir.values import holds_sequences
from indoubt.specs.language.settings import parameter_types
from indoubt.specs.language.types import MapType, SeqType


def write(scope: Scope, node: ast.stmt, target: Target, value: Expr) -> Assign:
    """A write to a place, with the capacity of its variable checked; what was known of the variable is forgotten."""
    aliases.changed(scope, node, target, in_place=isinstance(node, ast.Expr))
    scope.first_write = scope.first_write or scope.span(node)
    scope.facts = still_true(scope.facts, target.variable)
    capacity = scope.context.settings.bounds.get(target.variable)
    if capacity is not None and holds_sequences(target.type):
        value = Capped(value, target.variable, capacity, target.type)
    return Assign(target, value, scope.span(node))


def writable(scope: Scope, node: ast.stmt, target: ast.expr) -> Target:
    """The place in the state that `target` names. Raises Mistake where it is none, or nothing may be written here."""
    place = place_of(scope, target)
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


def place_of(scope: Scope, node: ast.expr) -> Target | None:
    """The place in the state that an expression names, or None where it names none."""
    match node:
        case ast.Attribute(ast.Name(owner), name) if isinstance(scope.names.get(owner), StateName):
            state = scope.names[owner]
            type_ = scope.context.variables.get(name)
            if type_ is None or (isinstance(state, StateName) and state.after):
                return None
            return Target(name, (), type_)
        case ast.Subscript(container, key):
            outer = place_of(scope, container)
            if outer is None or not isinstance(outer.type, (MapType, SeqType)) or isinstance(key, ast.Slice):
                return None
            if isinstance(outer.type, SeqType):
                at, inner = sequences.index(scope, key), outer.type.element
            else:
                at, inner = expressions.expression(scope, key, outer.type.key), outer.type.value
            return Target(outer.variable, (*outer.path, at), inner, (*outer.containers, outer.type))
        case _:
            return None


def read(scope: Scope, node: ast.stmt, place: Target) -> Expr:
    """The value that a place has now."""
    value: Expr = Load(place.variable, scope.context.variables[place.variable])
    for container, key in zip(place.containers, place.path, strict=True):
        if isinstance(container, SeqType):
            value = Element(value, key, container.element, scope.span(node))
        else:
            assert isinstance(container, MapType)
            value = Lookup(value, key, container.value, scope.span(node))
    return value


def name_of(place: Target) -> str:
    """A place as a message names it."""
    return f"{place.variable}{'[...]' * len(place.path)}"

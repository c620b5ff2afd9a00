"""Places in the state: what a write names, and the write itself."""

from __future__ import annotations

import ast

from indoubt.explorer.frontend import (
    aliases,
    expressions,
    sequences,
)
from indoubt.explorer.frontend.coercion import unbounded
from indoubt.explorer.frontend.names import refuse_unbound, suggestion
from indoubt.explorer.frontend.narrowing import still_true
from indoubt.explorer.frontend.scope import MISSING, Scope, StateName
from indoubt.explorer.ir.expressions import Expr, Load, Lookup
from indoubt.explorer.ir.sequences import Capped, Element
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
        refuse_names_in(scope, node, target)
        _refuse_inside(scope, node, target)
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


def refuse_names_in(scope: Scope, node: ast.stmt, target: ast.expr) -> None:
    """Raise Mistake where what a target begins with does not exist: a variable that is misspelt, an unknown name."""
    inner = target
    while isinstance(inner, ast.Attribute | ast.Subscript) and isinstance(inner.value, ast.Attribute | ast.Subscript):
        inner = inner.value
    match inner:
        case ast.Attribute(ast.Name(owner), name) if isinstance(state := scope.names.get(owner), StateName):
            if name not in scope.context.variables:
                writable(scope, node, inner)
            if state.after:
                help_ = "change the state in an action; a property looks at it"
                title = f"a property changes `{owner}`, the state after the step"
                scope.fail("S205", node, title, "a write here", help_)
        case ast.Attribute(ast.Name() as root) | ast.Subscript(ast.Name() as root) | (ast.Name() as root):
            found = scope.python_object(root)
            if found is MISSING and root.id not in scope.names:
                refuse_unbound(scope, root, root.id)
            if found is scope.context.spec and isinstance(inner, ast.Attribute):
                title = f"`{ast.unparse(inner)}` is the first value of `{inner.attr}`, which never changes"
                scope.fail("S211", node, title, "not the variable", f"write `self.{inner.attr}`")
            if found is not MISSING:
                title = f"`{root.id}` is no variable of the state, and never changes"
                help_ = "what changes is state: declare a variable in the class"
                scope.fail("S211", node, title, "changed here", help_)
        case _:
            pass


def _refuse_inside(scope: Scope, node: ast.stmt, target: ast.expr) -> None:
    """Raise Mistake where a target is a part of a value that is in the state, and has no such parts."""
    outer = target.value if isinstance(target, ast.Attribute | ast.Subscript) else None
    place = None if outer is None else place_of(scope, outer)
    if outer is None or place is None:
        return
    shown = ast.unparse(outer)
    if isinstance(target, ast.Subscript):
        expressions.expression(scope, ast.copy_location(ast.Subscript(outer, target.slice, ast.Load()), target))
    elif isinstance(target, ast.Attribute):
        expressions.expression(scope, ast.copy_location(ast.Attribute(outer, target.attr, ast.Load()), target))
        title, label = f"`{shown}` holds a record, whose fields do not change", "a field of a record"
        scope.fail("S211", node, title, label, f"write `{shown} = replace({shown}, {target.attr}=...)`")


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
            expressions.refuse_pair(scope, container, key)
            if outer is None or not isinstance(outer.type, (MapType, SeqType)) or isinstance(key, ast.Slice):
                return None
            if isinstance(outer.type, SeqType):
                at, inner = sequences.index(scope, key), outer.type.element
            else:
                at, inner = unbounded(expressions.expression(scope, key, outer.type.key)), outer.type.value
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

"""What a name stands for as a value: a local, a state variable, a parameter of the spec, or a constant."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable
from enum import Enum
from typing import NoReturn

from indoubt.explorer.frontend import aliases
from indoubt.explorer.frontend.diagnostics import Mistake
from indoubt.explorer.frontend.scope import MISSING, Scope, StateName, constant, is_function
from indoubt.explorer.ir.nodes import Expr, Literal, Load, Local, Members
from indoubt.explorer.ir.values import encode
from indoubt.specs.language.machine import methods_of
from indoubt.specs.language.settings import parameter_types
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.types import EnumType, SetType, SortType


def name_of_value(scope: Scope, node: ast.Name, name: str) -> Expr:
    """A local or a constant; a sort or an enum stands for the set of its members."""
    bound = scope.names.get(name)
    if isinstance(bound, StateName):
        scope.fail(
            "S103", node, f"`{name}` is the whole state", "used as a value", f"name a variable, as in `{name}.x`"
        )
    if bound is not None:
        if isinstance(bound, Local):
            aliases.refuse_stale(scope, node, bound)
        return bound
    found: object = scope.python_object(node)
    members = _members(found)
    if members is not None:
        return members
    literal = None if found is MISSING else constant(found)
    if literal is not None:
        return literal
    if found is MISSING:
        refuse_unbound(scope, node, name)
    if is_function(found):
        scope.fail("S105", node, f"`{name}` is a function", "used as a value", f"call it: `{name}(...)`")
    scope.fail(
        "S106",
        node,
        f"`{name}` is no value of the language",
        f"a {type(found).__name__}",
        "constants are bools, integers, enum members, sort members and records",
    )


def _members(found: object) -> Expr | None:
    if isinstance(found, type) and issubclass(found, Sort):
        return Members(SetType(SortType(found)))
    if isinstance(found, type) and issubclass(found, Enum):
        return Members(SetType(EnumType(found)))
    return None


def refuse_unbound(scope: Scope, node: ast.expr, name: str, more: Iterable[str] = ()) -> NoReturn:
    """Raise Mistake for a name without a value; what should have bound it, and was not understood, is told instead."""
    function = scope.function.object
    if (function, name) in scope.context.lost:
        raise Mistake(scope.context.lost[function, name])
    if name in function.__code__.co_varnames:
        help_ = "give it a value before the `if`, the `match` or the loop"
        scope.fail("S108", node, f"`{name}` may have no value here", "not bound on every path", help_)
    known = [*scope.names, *function.__globals__, *more]
    scope.fail("S104", node, f"no name `{name}`", "not defined here", suggestion(name, known) or "define it first")


def attribute_of_state(scope: Scope, node: ast.Attribute, owner: object, attribute: str) -> Expr:
    """A state variable, or a parameter of the spec as the constant that it is in this run."""
    context = scope.context
    context.refuse_member(attribute)
    if attribute in context.variables:
        return Load(attribute, context.variables[attribute], isinstance(owner, StateName) and owner.after)
    parameters = parameter_types(context.spec)
    if attribute in parameters:
        return Literal(encode(context.settings.parameters[attribute], parameters[attribute]), parameters[attribute])
    found = scope.python_object(node)
    members = _members(found)
    if members is not None:
        return members
    spec = context.spec.__name__
    if is_function(getattr(context.spec, attribute, None)):
        scope.fail(
            "S105",
            node,
            f"`{attribute}` is a method of `{spec}`",
            "used as a value",
            f"call it: `self.{attribute}(...)`",
        )
    known = [*context.variables, *parameters, *methods_of(context.spec, "action")]
    scope.fail(
        "S101",
        node,
        f"no state variable `{attribute}`",
        f"not declared in `{spec}`",
        suggestion(attribute, known) or f"declare it in the class: `{attribute}: <type> = <value>`",
    )


def suggestion(name: str, known: Iterable[str]) -> str:
    """`did you mean ...?`, or nothing where no known name is close."""
    close = difflib.get_close_matches(name, [one for one in known if not one.startswith("__")], n=1)
    return f"did you mean `{close[0]}`?" if close else ""

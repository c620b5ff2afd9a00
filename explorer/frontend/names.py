"""What a name stands for as a value: a local, a state variable, a parameter of the spec, or a constant."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterable
from enum import Enum, EnumMeta
from typing import NoReturn

from indoubt.explorer.frontend import advice, aliases
from indoubt.explorer.frontend.diagnostics import Diagnostic, Mistake
from indoubt.explorer.frontend.scope import MISSING, Scope, StateName, constant, is_function
from indoubt.explorer.ir.expressions import Expr, Literal, Load, Local, Members
from indoubt.explorer.ir.values import encode
from indoubt.specs import language
from indoubt.specs.language.collections import Bag, Seq
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import methods_of
from indoubt.specs.language.settings import parameter_types
from indoubt.specs.language.sorts import Ordered, Quorum, Sort
from indoubt.specs.language.types import EnumType, SetType, SortType
from indoubt.specs.language.values import Record, Set, is_map, is_set


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
    literal = constant_of(scope, node, found)
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
        "a class" if isinstance(found, type) else f"a {type(found).__name__}",
        _instead_of(name, found),
    )


def _instead_of(name: str, found: object) -> str:
    """What to write where a Python object that is no value stands for one."""
    if isinstance(found, type) and issubclass(found, Record):
        return f"make one, `{name}(...)`, or ask for the kind, `isinstance(x, {name})`"
    if found is Quorum:
        return "write `quorums(S)` for all quorums of a sort, or a parameter `q: Quorum[S]`"
    if found in (Set, Seq, Bag, set, frozenset):
        return f"write `{name}()` for the empty one"
    return "constants are bools, integers, enum members, sort members and records"


@dataclass(frozen=True, slots=True)
class NamedByRun:
    """A member of a sort that a run names, as no author may: a node that a partition is about."""

    member: Sort | Enum


def constant_of(scope: Scope, node: ast.expr, found: object) -> Literal | None:
    """A constant of the module; None where it is no value. Raises Mistake where it tells a member of a sort apart."""
    if isinstance(found, NamedByRun):
        return constant(found.member)
    if holds_member(found):
        scope.fail(
            "S321",
            node,
            f"`{ast.unparse(node)}` tells a member of a sort apart",
            "members are interchangeable",
            "make it a parameter, or declare a sort of its own for a distinguished node",
        )
    return None if found is MISSING else constant(found)


def holds_member(value: object) -> bool:
    """Whether a Python value has a particular member of a sort of interchangeable ones in it."""
    if isinstance(value, Sort):
        return not isinstance(value, Ordered) and value.fixed_size != 1
    if isinstance(value, Record):
        return any(holds_member(getattr(value, field.name)) for field in dataclasses.fields(value))  # type: ignore[arg-type]
    if is_map(value):
        return value.is_settled and any(map(holds_member, value.values()))
    return is_set(value) and any(map(holds_member, value))


def refuse_missing(scope: Scope, node: ast.Attribute, owner: object, attribute: str) -> None:
    """Raise Mistake where a class or a module has no such name, or has one that is no value."""
    if owner is MISSING:
        return
    name = ast.unparse(node.value)
    if advice.is_spec(owner) and attribute in scope.context.variables:
        title = f"`{name}.{attribute}` is the first value of `{attribute}`, which never changes"
        scope.fail("S106", node, title, "not the variable", f"write `self.{attribute}`")
    if not hasattr(owner, attribute):
        known = [one for one in dir(owner) if not one.startswith("_")]
        there_is = f"it has: {', '.join(owner.__members__)}" if isinstance(owner, EnumMeta) else ""
        help_ = suggestion(attribute, known) or there_is or f"define it in `{name}`"
        scope.fail("S102", node, f"`{name}` has no `{attribute}`", "no such name", help_)


def _members(found: object) -> Expr | None:
    if isinstance(found, type) and issubclass(found, Sort):
        return Members(SetType(SortType(found)))
    if isinstance(found, type) and issubclass(found, Enum):
        return Members(SetType(EnumType(found)))
    return None


def refuse_unbound(scope: Scope, node: ast.expr, name: str, more: Iterable[str] = ()) -> NoReturn:
    """Raise Mistake for a name without a value; what should have bound it, and was not understood, is told instead."""
    function = scope.function.object
    missing: dict[str, Diagnostic] = getattr(function, "__indoubt_lost__", {})  # of a method of a node, see `desugar`
    if name in missing:
        raise Mistake(missing[name])
    if (function, name) in scope.context.lost:
        raise Mistake(scope.context.lost[function, name])
    instead = advice.for_name(name, scope.context.spec, scope.context.variables, function.__globals__)
    if name in function.__code__.co_varnames:
        help_ = instead or "give it a value before the `if`, the `match` or the loop"
        scope.fail("S108", node, f"`{name}` may have no value here", "not bound on every path", help_)
    own = [one for one, value in scope.names.items() if not isinstance(value, StateName)]
    known = suggestion(name, [*own, *function.__globals__, *more])
    listed = ", ".join(f"`{one}`" for one in [*own, *advice.names_of_module(function.__globals__)][:10])
    there_is = f"; names here are {listed}" if listed else ""
    wanted = advice.close_to(name, language.__all__)
    imported = f"did you mean `{wanted}`? It is in indoubt.specs.language" if wanted else ""
    help_ = instead or known or imported or f"define it first{there_is}"
    scope.fail("S104", node, f"no name `{name}`", "not defined here", help_)


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
    close = advice.close_to(name, known)
    return f"did you mean `{close}`?" if close else ""

"""Refinement mappings: what an abstract spec's variables are in the words of a concrete one.

An abstract variable `x` is the variable or the helper method `x` of the concrete spec, unless the run names another.
The two specs may declare sorts, enums and records of their own; equal names and equal members make them correspond,
and then their values are encoded alike.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from indoubt.explorer.frontend import helpers
from indoubt.explorer.frontend.diagnostics import Mistake, SpecError
from indoubt.explorer.frontend.scope import Context, Scope, StateName, is_function
from indoubt.explorer.frontend.source import function_source
from indoubt.explorer.ir.nodes import AnyType, Expr, ListType, Load, Machine
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import SettingError, Settings, variable_types
from indoubt.specs.language.types import (
    BagType,
    EnumType,
    IntType,
    MapType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    UnionType,
    type_text,
)
from indoubt.specs.language.universe import within


def lower_mapping(
    spec: type[Spec], settings: Settings, abstract: Machine, names: Mapping[str, str]
) -> tuple[Expr, ...]:
    """An expression over the variables of `spec` for each variable of `abstract`.

    Raises SettingError where one has no counterpart or another type, SpecError where a helper cannot be lowered.
    """
    known = {variable.name for variable in abstract.variables}
    for name in names:
        if name not in known:
            raise SettingError(f"{abstract.name} has no variable {name} to map; it has: {', '.join(sorted(known))}")
    with within(settings.universe):
        context = Context(spec, settings, variable_types(spec, settings))
        mapped: list[Expr] = []
        for variable in abstract.variables:
            name = names.get(variable.name, variable.name)
            expr = _counterpart(context, abstract, variable.name, name)
            if not correspond(expr.type, variable.type):
                raise SettingError(
                    f"{spec.__name__}.{name} is a {_text(expr.type)} and cannot stand for "
                    f"{abstract.name}.{variable.name}, which is a {type_text(variable.type)}"
                )
            mapped.append(expr)
    return tuple(mapped)


def correspond(one: AnyType, other: AnyType) -> bool:
    """Whether values of two types, of different specs perhaps, are encoded alike."""
    match one, other:
        case (EnumType(a), EnumType(b)):
            return [member.name for member in a] == [member.name for member in b]
        case (SortType(a), SortType(b)):
            return a.__name__ == b.__name__
        case (RecordType(a, fields), RecordType(b, others)):
            names = [name for name, _ in fields] == [name for name, _ in others]
            return (
                a.__name__ == b.__name__
                and names
                and all(correspond(x, y) for (_, x), (_, y) in zip(fields, others, strict=True))
            )
        case (UnionType(a), UnionType(b)):
            return len(a) == len(b) and all(correspond(x, y) for x, y in zip(a, b, strict=True))
        case (MapType(key, value), MapType(other_key, other_value)):
            return correspond(key, other_key) and correspond(value, other_value)
        case (SetType(a), SetType(b)) | (SeqType(a), SeqType(b)) | (BagType(a), BagType(b)):
            return correspond(a, b)
        case (IntType(), IntType()):
            return True
        case _:
            return one == other


def _counterpart(context: Context, abstract: Machine, variable: str, name: str) -> Expr:
    if name in context.variables:
        return Load(name, context.variables[name])
    method = getattr(context.spec, name, None)
    if not is_function(method):
        raise SettingError(
            f"{context.spec.__name__} has no variable or method {name} to stand for {abstract.name}.{variable}; "
            f"write such a helper, or map it: --mapping {variable}=NAME"
        )
    source = function_source(method)
    if len(source.tree.args.args) != 1:
        raise SettingError(
            f"{context.spec.__name__}.{name} takes arguments, so it cannot stand for {abstract.name}.{variable}; "
            f"write a helper without any, and map it: --mapping {variable}=NAME"
        )
    scope = Scope(context, source, {helpers.first_parameter(method): StateName()})
    call = ast.copy_location(ast.Call(ast.Name(name, ast.Load()), [], []), source.tree)
    try:
        return helpers.call_method(scope, call, StateName(), name)
    except Mistake as mistake:
        raise SpecError([mistake.diagnostic]) from None


def _text(type_: AnyType) -> str:
    return "list" if isinstance(type_, ListType) else type_text(type_)

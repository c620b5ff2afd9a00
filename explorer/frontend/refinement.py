"""Refinement mappings: what an abstract spec's variables are in the words of a concrete one.

An abstract variable `x` is the variable or the helper method `x` of the concrete spec, unless the run names another.
The two specs may declare sorts, enums and records of their own; equal names and equal members make them correspond,
and then their values are encoded alike.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from indoubt.explorer.frontend import helpers
from indoubt.explorer.frontend.advice import text_of
from indoubt.explorer.frontend.desugar.translation import translated
from indoubt.explorer.frontend.diagnostics import Mistake, SpecError
from indoubt.explorer.frontend.scope import Context, Scope, StateName, is_function
from indoubt.explorer.frontend.source import function_source
from indoubt.explorer.ir.expressions import Expr, Load
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.types import AnyType
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import SettingError, Settings, variable_types
from indoubt.specs.language.systems import System
from indoubt.specs.language.types import (
    BagType,
    EnumType,
    IntType,
    MapType,
    QuorumType,
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
        translation = translated(spec) if issubclass(spec, System) else None
        read = spec if translation is None else translation.spec
        context = Context(read, settings, variable_types(spec, settings))
        context.sending = None if translation is None else translation.sending
        mapped: list[Expr] = []
        for variable in abstract.variables:
            name = names.get(variable.name, variable.name)
            expr = _counterpart(context, abstract, variable.name, name)
            found = difference(expr.type, variable.type, (settings.sizes, abstract.sizes))
            if found is not None:
                raise SettingError(
                    f"{spec.__name__}.{name} is a {text_of(expr.type)} and cannot stand for "
                    f"{abstract.name}.{variable.name}, which is a {type_text(variable.type)}"
                    + ("" if not found.what else f": {found.told(spec.__name__, abstract.name)}")
                )
            mapped.append(expr)
    return tuple(mapped)


@dataclass(frozen=True, slots=True)
class Difference:
    """Why two types do not correspond: `what` is `here` in the one and `there` in the other.

    Without a `what`, the types have nothing in common.
    """

    what: str = ""
    here: str = ""
    there: str = ""

    def told(self, one: str, other: str) -> str:
        """The difference between two specs, by name."""
        return f"{self.what} {self.here} in {one} and {self.there} in {other}"


Sizes = Mapping[str, int]


def correspond(one: AnyType, other: AnyType) -> bool:
    """Whether values of two types, of different specs perhaps, are encoded alike."""
    return difference(one, other) is None


def difference(
    one: AnyType, other: AnyType, sizes: tuple[Sizes, Sizes] = ({}, {}), *, exact: bool = False
) -> Difference | None:
    """Why values of two types are not encoded alike; None where they are.

    `sizes` are those of the sorts in the two specs. Intervals may differ, since an integer stands for itself, except
    where they are `exact`: a map is encoded in the order of its keys.
    """
    match one, other:
        case (EnumType(a), EnumType(b)) if a.__name__ == b.__name__:
            return _names_differ(f"the members of {a.__name__} are", [m.name for m in a], [m.name for m in b])
        case (SortType(a), SortType(b)) if a.__name__ == b.__name__:
            here, there = sizes[0].get(a.__name__, a.fixed_size), sizes[1].get(b.__name__, b.fixed_size)
            if here == there or here is None or there is None:
                return None
            return Difference(f"the size of {a.__name__} is", str(here), str(there))
        case (QuorumType(a, _, _), QuorumType(b, _, _)):
            return difference(a, b, sizes)
        case (RecordType(a, fields), RecordType(b, others)) if a.__name__ == b.__name__:
            names, other_names = [name for name, _ in fields], [name for name, _ in others]
            found = _names_differ(f"the fields of {a.__name__} are", names, other_names)
            pairs = [(x, y) for (_, x), (_, y) in zip(fields, others, strict=False)]
        case (UnionType(a), UnionType(b)) if len(a) == len(b):
            found, pairs = None, list(zip(a, b, strict=True))
        case (MapType(key, value), MapType(other_key, other_value)):
            found, pairs = difference(key, other_key, sizes, exact=True), [(value, other_value)]
        case (SetType(a), SetType(b)) | (SeqType(a), SeqType(b)) | (BagType(a), BagType(b)):
            return difference(a, b, sizes, exact=exact)
        case (IntType(), IntType()) if not exact:
            return None
        case _:
            return None if one == other else Difference()
    parts = (difference(x, y, sizes, exact=exact) for x, y in pairs)
    return found or next((part for part in parts if part is not None), None)


def _names_differ(what: str, here: list[str], there: list[str]) -> Difference | None:
    return None if here == there else Difference(what, ", ".join(here), ", ".join(there))


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

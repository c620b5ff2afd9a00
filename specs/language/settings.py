"""What a run chooses for a spec: the sizes of its sorts and the values of its parameters."""

from __future__ import annotations

import ast
import dataclasses
import difflib
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import CodeType, FunctionType
from typing import Annotated, Any, get_args, get_origin

from indoubt.specs.language.domains import belongs
from indoubt.specs.language.sorts import Ordered, Sort
from indoubt.specs.language.types import BoolType, EnumType, IntType, NotFinite, ParameterMark, Type, finite_type
from indoubt.specs.language.universe import Universe, within
from indoubt.specs.language.values import Record

LARGEST_SIZE = 64


class SettingError(ValueError):
    """A size or parameter of a run is unknown, missing or out of range."""


@dataclass(frozen=True)
class Settings:
    """The sizes and parameters of one run of a spec, complete and checked."""

    sizes: Mapping[str, int]
    parameters: Mapping[str, Any]
    types: dict[str, Type] = field(default_factory=dict, compare=False)

    @property
    def universe(self) -> Universe:
        """The sizes, as the sorts want them."""
        return Universe(self.sizes)

    def given(self) -> dict[str, str]:
        """Sizes and parameters as text, by name, as the command line would take them."""
        sizes = {name: str(size) for name, size in self.sizes.items()}
        return sizes | {name: setting_text(value) for name, value in self.parameters.items()}


def setting_text(value: object) -> str:
    """The value of a parameter as the command line takes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.name.lower() if isinstance(value, Enum) else str(value)


def settle_settings(spec: type, given: Mapping[str, Any]) -> Settings:
    """Check what a run gives for a spec, and complete it with the defaults.

    Raises SettingError naming what was asked, what there is, and what to write.
    """
    sorts = {sort.__name__: sort for sort in sorts_of(spec)}
    parameters = parameter_types(spec)
    open_sizes = [name for name, sort in sorts.items() if sort.fixed_size is None]
    for name in given:
        if name in sorts and name not in open_sizes:
            raise SettingError(
                f"the size of {name} is fixed by {spec.__name__}: {sorts[name].fixed_size}; leave it out"
            )
        if name not in open_sizes and name not in parameters:
            raise SettingError(_unknown(spec, name, open_sizes, list(parameters)))
    sizes = {name: _size(spec, name, given, open_sizes) for name in open_sizes}
    fixed = {name: sort.fixed_size for name, sort in sorts.items() if sort.fixed_size is not None}
    values = {name: _parameter(spec, name, type_, given) for name, type_ in parameters.items()}
    return Settings(sizes | fixed, values)


def declarations(spec: type) -> dict[str, tuple[type, Any]]:
    """The annotated names of a spec with the class that declares each, base classes first."""
    found: dict[str, tuple[type, Any]] = {}
    for owner in reversed(spec.__mro__):
        if owner is object or owner.__module__ == "indoubt.specs.language.machine":
            continue
        for name, annotation in vars(owner).get("__annotations__", {}).items():
            found[name] = (owner, annotation)
    return found


def names_in_scope(owner: type) -> dict[str, Any]:
    """What a name means in the body of a class: its module, a function around it, then the class itself."""
    return {**vars(sys.modules[owner.__module__]), **getattr(owner, "__scope__", {}), **vars(owner)}


def is_parameter(annotation: Any) -> bool:
    """Whether an annotation, an object or its source text, reads `Parameter[...]`."""
    if not isinstance(annotation, str):
        return get_origin(annotation) is Annotated and ParameterMark in get_args(annotation)
    tree = ast.parse(annotation, mode="eval").body
    return isinstance(tree, ast.Subscript) and ast.unparse(tree.value).split(".")[-1] == "Parameter"


def parameter_types(spec: type) -> dict[str, Type]:
    """The parameters of a spec with their types. Raises NotFinite where a type is none."""
    types: dict[str, Type] = {}
    for name, (owner, annotation) in declarations(spec).items():
        if is_parameter(annotation):
            type_ = finite_type(annotation, names_in_scope(owner))
            if not isinstance(type_, BoolType | EnumType | IntType):
                raise NotFinite(
                    f"parameter `{name}` is neither a bool, an Enum nor a bounded int",
                    f"write `{name}: Parameter[bool]`, an Enum, or `Parameter[Annotated[int, Between(0, 3)]]`",
                )
            types[name] = type_
    return types


def variable_types(spec: type, settings: Settings) -> dict[str, Type]:
    """The state variables of a spec with their types, in the order of declaration. Raises NotFinite."""
    if not settings.types:
        with within(settings.universe):
            for name, (owner, annotation) in declarations(spec).items():
                if not is_parameter(annotation):
                    names = names_in_scope(owner) | dict(settings.parameters)
                    settings.types[name] = finite_type(annotation, names)
    return settings.types


def sorts_of(spec: type) -> list[type[Sort]]:
    """Every sort that the annotations, methods and helpers of a spec mention, in the order of appearance."""
    found: dict[type[Sort], None] = {}
    seen: set[int] = set()

    def visit(thing: Any, scope: Mapping[str, Any]) -> None:
        if id(thing) in seen and not isinstance(thing, str):
            return
        seen.add(id(thing))
        if isinstance(thing, str):
            for name in _names_in_text(thing):
                visit(scope.get(name), scope)
        elif isinstance(thing, type) and issubclass(thing, Sort):
            if thing not in (Sort, Ordered):
                found[thing] = None
        elif isinstance(thing, type) and issubclass(thing, Record) and dataclasses.is_dataclass(thing):
            for declared in dataclasses.fields(thing):
                visit(
                    declared.type, {**scope, **vars(sys.modules[thing.__module__]), **getattr(thing, "__scope__", {})}
                )
        elif isinstance(thing, FunctionType):
            for annotation in thing.__annotations__.values():
                visit(annotation, scope)
            inner = {**scope, **thing.__globals__, **_closure(thing)}
            for name in _names_in_code(getattr(thing, "__wrapped__", thing).__code__):
                visit(inner.get(name), inner)
        else:
            for argument in get_args(thing):
                visit(argument, scope)

    for owner, annotation in declarations(spec).values():
        visit(annotation, names_in_scope(owner))
    for owner in reversed(spec.__mro__):
        if issubclass(owner, spec.__mro__[-2]) and owner is not spec.__mro__[-2]:
            for method in vars(owner).values():
                if isinstance(method, FunctionType):
                    visit(getattr(method, "__wrapped__", method), names_in_scope(owner))
    return list(found)


def _names_in_text(annotation: str) -> list[str]:
    try:
        return [node.id for node in ast.walk(ast.parse(annotation, mode="eval")) if isinstance(node, ast.Name)]
    except SyntaxError:
        return []  # `finite_type` reports it, with the place


def _names_in_code(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    yield from code.co_freevars
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in_code(constant)


def _closure(function: FunctionType) -> dict[str, Any]:
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
    return {name: cell.cell_contents for name, cell in cells}


def _size(spec: type, name: str, given: Mapping[str, Any], sorts: Iterable[str]) -> int:
    if name not in given:
        example = " ".join(f"{sort}={given.get(sort, 3)}" for sort in sorts)
        raise SettingError(f"{spec.__name__} needs a size for {name}; for example {example}")
    size = given[name]
    if isinstance(size, bool) or not isinstance(size, int):
        raise SettingError(f"the size of {name} is a whole number, not {size!r}; for example {name}=3")
    if not 1 <= size <= LARGEST_SIZE:
        raise SettingError(f"{name}={size} is no size: a sort has 1 to {LARGEST_SIZE} members; for example {name}=3")
    return size


def _parameter(spec: type, name: str, type_: Type, given: Mapping[str, Any]) -> Any:
    if name not in given and not hasattr(spec, name):
        raise SettingError(f"{spec.__name__} needs a value for parameter {name} ({choices_text(type_)})")
    value = given.get(name, getattr(spec, name, None))
    if not belongs(value, type_):
        raise SettingError(f"{name}={setting_text(value)} is not possible: {name} is {choices_text(type_)}")
    return value


def choices_text(type_: Type) -> str:
    """What a parameter may be, in words."""
    match type_:
        case BoolType():
            return "true or false"
        case IntType(low, high):
            return f"a whole number from {low} to {high}"
        case EnumType(cls):
            return "one of " + ", ".join(member.name.lower() for member in cls)
        case _:
            raise AssertionError(type_)


def _unknown(spec: type, name: str, sizes: list[str], parameters: list[str]) -> str:
    there_is: list[str] = []
    if sizes:
        there_is.append(f"sizes {', '.join(sizes)}")
    if parameters:
        there_is.append(f"parameters {', '.join(parameters)}")
    close = difflib.get_close_matches(name, sizes + parameters, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"{spec.__name__} has no size or parameter {name}; it has {' and '.join(there_is) or 'none'}{hint}"

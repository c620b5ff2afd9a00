"""What a run chooses for a spec: the sizes of its sorts and the values of its parameters."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import Enum
from typing import Any, cast

from indoubt.specs.language.annotations import finite_type, held_type
from indoubt.specs.language.declarations import (
    capacities_of_links,
    declarations,
    disks,
    is_parameter,
    names_in_scope,
    open_capacities,
    parameter_names,
    sorts_of,
    survey,
)
from indoubt.specs.language.display import in_order, show
from indoubt.specs.language.domains import belongs, members
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.quorum_systems import QuorumSystem
from indoubt.specs.language.sorts import Sort, size_of
from indoubt.specs.language.types import (
    BoolType,
    EnumType,
    IntType,
    NotFinite,
    SetType,
    SortType,
    Type,
    type_text,
)
from indoubt.specs.language.universe import (
    SettingError as SettingError,  # noqa: PLC0414 - for those who settle
    Universe,
    current_universe,
    within,
)
from indoubt.specs.language.values import is_set

LARGEST_SIZE = 64
EXAMPLE_SIZE, EXAMPLE_BOUND = 3, 2
QUORUMS = "quorums"
"""The setting that chooses a quorum system."""


class MissingSettings(SettingError):
    """A run does not choose what it has to: `needs` says what, `missing` has a value for each, as NAME=VALUE."""

    def __init__(self, needs: str, missing: Iterable[str], given: Iterable[str]) -> None:
        self.needs, self.missing = needs, tuple(missing)
        super().__init__(f"{needs}; for example {' '.join([*given, *self.missing])}")


@dataclass(frozen=True)
class Settings:
    """The sizes and parameters of one run of a spec, complete and checked."""

    sizes: Mapping[str, int]
    parameters: Mapping[str, Any]
    bounds: Mapping[str, int] = field(default_factory=dict[str, int])
    quorums: Mapping[str | None, QuorumSystem] = field(default_factory=dict[str | None, QuorumSystem])
    """The quorum system of each sort that the run chooses one for; under None that of all sorts."""
    types: dict[str, Type] = field(default_factory=dict, compare=False)
    unasked: tuple[str, ...] = ()
    """Those of the bounds that no run gives: capacities of links, which the network sets, and of what is on disk."""

    @property
    def universe(self) -> Universe:
        """The sizes and bounds, as sorts and types want them."""
        return Universe(self.sizes, self.bounds, self.parameters, self.quorums)

    def keywords(self, spec: type) -> dict[str, Any]:
        """What to call `spec` with for these settings; sizes that the spec fixes are left out."""
        chosen = {sort.__name__ for sort in sorts_of(spec) if sort.fixed_size is None}
        sizes = {name: size for name, size in self.sizes.items() if name in chosen}
        chosen_quorums = {QUORUMS: self.quorums.get(None, self.quorums)} if self.quorums else {}
        return {**sizes, **self.parameters, **self.own_bounds, **chosen_quorums}

    @property
    def own_bounds(self) -> dict[str, int]:
        """The bounds that the run gives."""
        return {name: bound for name, bound in self.bounds.items() if name not in self.unasked}

    def given(self) -> dict[str, str]:
        """Sizes and parameters as text, by name, as the command line would take them."""
        sizes = {name: str(size) for name, size in [*self.sizes.items(), *self.own_bounds.items()]}
        texts = sizes | {name: setting_text(value) for name, value in self.parameters.items()}
        return texts | ({QUORUMS: setting_text(self.quorums)} if self.quorums else {})


def setting_text(value: object) -> str:
    """The value of a parameter as the command line takes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):  # quorum systems by their sorts
        named: Mapping[str | None, QuorumSystem] = cast("Mapping[str | None, QuorumSystem]", value)
        return ";".join(f"{sort}:{system}" if sort else str(system) for sort, system in named.items())
    if is_set(value):
        if not all(isinstance(member, Sort | Enum | int) for member in value):
            return show(value)
        # No braces around members: a shell takes `x={a,b}` apart into `x=a` and `x=b`.
        return ",".join(map(setting_text, in_order(value))) or "{}"
    return value.name.lower() if isinstance(value, Enum) else str(value)


def settle_settings(spec: type, given: Mapping[str, Any]) -> Settings:
    """Check what a run gives for a spec, and complete it with the defaults.

    Raises SettingError naming what was asked, what there is, and what to write.
    """
    mentioned = survey(spec)
    sorts = {sort.__name__: sort for sort in mentioned.sorts}
    parameters = parameter_names(spec)
    open_sizes = [name for name, sort in sorts.items() if sort.fixed_size is None]
    links = capacities_of_links(spec)
    bounds = {name: bound.default for name, bound in mentioned.bounds.items()} | dict.fromkeys(open_capacities(spec))
    given = dict(given)
    chosen_quorums = (
        {} if QUORUMS in parameters or QUORUMS in bounds else _quorums(spec, given.pop(QUORUMS, None), sorts)
    )
    if chosen_quorums and not mentioned.has_quorums:
        raise SettingError(f"{spec.__name__} has no quorums, neither `Quorum[S]` nor `quorums(S)`; leave {QUORUMS} out")
    for name in given:
        if name in sorts and name not in open_sizes:
            raise SettingError(
                f"the size of {name} is fixed by {spec.__name__}: {sorts[name].fixed_size}; leave it out"
            )
        if name not in open_sizes and name not in parameters and name not in bounds:
            raise SettingError(_unknown(spec, name, open_sizes, parameters, list(bounds)))
    fixed = {name: sort.fixed_size for name, sort in sorts.items() if sort.fixed_size is not None}
    sizes = {name: _size(name, given.get(name, EXAMPLE_SIZE)) for name in open_sizes}
    chosen = {name: EXAMPLE_BOUND if default is None else default for name, default in bounds.items()}
    settled_bounds = {name: _bound(name, given.get(name, default)) for name, default in chosen.items()}
    on_disk = {name: settled_bounds[field_] for name, field_ in disks(spec).items() if field_ in settled_bounds}
    unasked = links | on_disk
    given_values = {name: value for name, value in given.items() if name in parameters}
    with within(Universe(sizes | fixed, settled_bounds | unasked, given_values, chosen_quorums)):
        types = parameter_types(spec)
        open_bounds = [name for name, default in bounds.items() if default is None]
        _refuse_missing(spec, given, sizes, {name: settled_bounds[name] for name in open_bounds}, types)
        values = {name: _parameter(spec, name, type_, given) for name, type_ in types.items()}
    return Settings(sizes | fixed, values, settled_bounds | unasked, chosen_quorums, unasked=tuple(unasked))


def _quorums(spec: type, given: Any, sorts: Mapping[str, type[Sort]]) -> dict[str | None, QuorumSystem]:
    """The quorum systems that a run gives: one, or one for each of some sorts."""
    if given is None:
        return {}
    if isinstance(given, QuorumSystem):
        return {None: given}
    example = "`quorums=Flexible(q1=3, q2=2)`"
    if not isinstance(given, Mapping):
        raise SettingError(f"{QUORUMS}={given!r} is no quorum system; for example {example}")
    found: dict[str | None, QuorumSystem] = {}
    named: Mapping[Any, Any] = given  # pyright: ignore[reportUnknownVariableType]
    for key, system in named.items():
        name = key.__name__ if isinstance(key, type) else key
        if name not in sorts:
            raise SettingError(
                f"{QUORUMS} names {name!r}; the sorts of {spec.__name__} are {', '.join(sorts) or 'none'}"
            )
        if not isinstance(system, QuorumSystem):
            raise SettingError(f"{QUORUMS} of {name} is {system!r}, no quorum system; for example {example}")
        found[name] = system
    return found


def _refuse_missing(
    spec: type, given: Mapping[str, Any], sizes: Mapping[str, int], bounds: Mapping[str, int], types: Mapping[str, Type]
) -> None:
    """Raise MissingSettings with everything that a run has to choose and does not, together."""
    no_size = [name for name in sizes if name not in given]
    no_bound = [name for name in bounds if name not in given]
    no_value = [name for name in types if name not in given and not hasattr(spec, name)]
    needs: list[str] = []
    if no_size:
        needs.append(f"{'sizes' if len(no_size) > 1 else 'a size'} for {_listed(no_size)}")
    if no_bound:
        what, whose = ("bounds", "their") if len(no_bound) > 1 else ("a bound", "its")
        needs.append(f"{what} for {_listed(no_bound)}, the largest number of {whose} elements")
    needs += [f"a value for parameter {name}, {choices_text(types[name])}" for name in no_value]
    if needs:
        values = {name: setting_text(next(members(types[name]))) for name in no_value}
        examples = {**sizes, **bounds, **values}
        missing = [f"{name}={value}" for name, value in examples.items() if name not in given]
        chosen = [f"{name}={setting_text(value)}" for name, value in given.items()]
        raise MissingSettings(f"{spec.__name__} needs {_listed(needs, ', and ')}", missing, chosen)


def _listed(names: list[str], last: str = " and ") -> str:
    return last.join([*([", ".join(names[:-1])] if names[:-1] else []), names[-1]])


def parameter_types(spec: type) -> dict[str, Type]:
    """The parameters of a spec with their types. Raises NotFinite where a type is none.

    An end of an interval may be the size of a sort, and what the run gives for another parameter, or its default.
    """
    if (universe := current_universe()) is None:
        with within(_example(spec)):
            return parameter_types(spec)
    numbers = {name: value for name, value in universe.parameters.items() if type(value) is int}
    types: dict[str, Type] = {}
    for name, (owner, annotation) in declarations(spec).items():
        if is_parameter(annotation):
            type_ = finite_type(annotation, names_in_scope(owner) | numbers)
            if not isinstance(type_, BoolType | EnumType | IntType | SetType):
                raise NotFinite(
                    f"parameter `{name}` is neither a bool, an Enum nor a bounded int",
                    f"write `{name}: Parameter[bool]`, an Enum, a Set, or `Parameter[Annotated[int, Between(0, 3)]]`",
                )
            types[name] = type_
    return types


def _example(spec: type) -> Universe:
    """Sizes and bounds as an example has them, where it matters what kinds of types parameters have."""
    mentioned = survey(spec)
    sizes = {sort.__name__: sort.fixed_size or EXAMPLE_SIZE for sort in mentioned.sorts}
    return Universe(sizes, {name: bound.default or EXAMPLE_BOUND for name, bound in mentioned.bounds.items()})


def variable_types(spec: type, settings: Settings) -> dict[str, Type]:
    """The state variables of a spec with their types, in the order of declaration. Raises NotFinite."""
    if not settings.types:
        with within(settings.universe):
            for name, (owner, annotation) in declarations(spec).items():
                if not is_parameter(annotation):
                    names = names_in_scope(owner) | dict(settings.parameters)
                    settings.types[name] = held_type(annotation, names)
    return settings.types


def _bound(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        what = f"{name}={setting_text(value)} is no bound: it is a whole number from 0 up"
        raise SettingError(f"{what}; for example {name}={EXAMPLE_BOUND}")
    return value


def _size(name: str, size: Any) -> int:
    if isinstance(size, bool) or not isinstance(size, int):
        raise SettingError(f"the size of {name} is a whole number, not {size!r}; for example {name}={EXAMPLE_SIZE}")
    if not 1 <= size <= LARGEST_SIZE:
        what = f"{name}={size} is no size: a sort has 1 to {LARGEST_SIZE} members"
        raise SettingError(f"{what}; for example {name}={EXAMPLE_SIZE}")
    return size


def _parameter(spec: type, name: str, type_: Type, given: Mapping[str, Any]) -> Any:
    value = given.get(name, getattr(spec, name, None))
    if isinstance(type_, SetType) and is_set(value):
        strange = [member for member in in_order(value) if not belongs(member, type_.element)]
        if strange:
            why = _why_not(name, type_, setting_text(strange[0]))
            raise SettingError(f"{name}={setting_text(value)} is not possible: {why}")
    if not belongs(value, type_):
        given_text = repr(value) if isinstance(value, str) else setting_text(value)
        raise SettingError(
            f"{name}={given_text} is not possible: {name} is {choices_text(type_)}{_meant(value, type_)}"
        )
    return value


def _meant(value: Any, type_: Type) -> str:
    """What to write for a text in Python that the command line would take for a member of an enum."""
    if not isinstance(type_, EnumType) or not isinstance(value, str):
        return ""
    close = [one for one in type_.cls if one.name.lower() == value.lower().replace("-", "_")]
    member = close[0] if close else next(iter(type_.cls))
    return f"; in Python{'' if close else ', for example,'} write {type_.cls.__name__}.{member.name}"


def choices_text(type_: Type) -> str:
    """What a parameter may be, in words."""
    match type_:
        case BoolType():
            return "true or false"
        case IntType(low, high):
            return f"a whole number from {low} to {high}"
        case EnumType(cls):
            return "one of " + ", ".join(member.name.lower() for member in cls)
        case SetType(element):
            return f"a set of {_elements_text(element)}"
        case _:
            raise AssertionError(type_)


def _elements_text(element: Type) -> str:
    """What the elements of a set are, with an example as the command line takes it."""
    match element:
        case SortType(cls):
            return f"members of {cls.__name__}, as in {cls.__name__}0,{cls.__name__}1 or {{}}"
        case EnumType(cls):
            names = [member.name.lower() for member in cls]
            return f"{', '.join(names)}, as in {','.join(names[:2])} or {{}}"
        case IntType(low, high):
            return f"whole numbers from {low} to {high}, as in {','.join(map(str, sorted({low, high})))} or {{}}"
        case BoolType():
            return "truth values, as in false,true or {}"
        case _:
            return f"{type_text(element)}; only Python can give it"


def _why_not(name: str, type_: SetType, strange: str) -> str:
    """Why something is no element of a parameter, in the current universe."""
    match type_.element:
        case SortType(cls):
            size = size_of(cls)
            last = f" to {cls.__name__}{size - 1}" if size > 1 else " alone"
            return f"{strange} does not exist; {cls.__name__}={size} has {cls.__name__}0{last}"
        case _:
            return f"{name} is {choices_text(type_)}; {strange} is none of them"


def _unknown(spec: type, name: str, sizes: list[str], parameters: list[str], bounds: list[str]) -> str:
    there_is: list[str] = []
    if sizes:
        there_is.append(f"sizes {', '.join(sizes)}")
    if parameters:
        there_is.append(f"parameters {', '.join(parameters)}")
    if bounds:
        there_is.append(f"bounds {', '.join(bounds)}")
    known = sizes + parameters + bounds
    close = [one for one in known if one.lower() == name.lower()] or difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"{spec.__name__} has no size, parameter or bound {name}; it has {' and '.join(there_is) or 'none'}{hint}"

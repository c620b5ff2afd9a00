"""What a method of a node is given when a test calls it: each argument has to be a value of its annotation.

A checker of a system tries values of the right types alone, and a type checker sees most mistakes in a test. This is
for what remains: a plain `0` where an address is meant, a member that does not exist with these sizes, the message of
another handler. What is wrong is told with the edit that mends it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from enum import Enum
from types import FunctionType
from typing import Any, cast

from indoubt.specs.language.annotations import finite_type, record_type
from indoubt.specs.language.collections import is_bag, is_seq
from indoubt.specs.language.declarations import names_in_scope
from indoubt.specs.language.domains import belongs, members, settled
from indoubt.specs.language.machine import role_of
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.sorts import Sort, size_of
from indoubt.specs.language.survey import closure
from indoubt.specs.language.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    MapType,
    NoneType,
    NotFinite,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    Type,
    UnionType,
    alternatives_of,
    type_text,
)
from indoubt.specs.language.universe import BoundReached, NoUniverse
from indoubt.specs.language.values import Map, Message, Set, is_map, is_set


def fitted(
    cls: type, method: FunctionType, settings: Settings, given: tuple[Any, ...], keywords: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments of a method of a node by name, as values of its annotations.

    Call it with the sizes of the node in force. Raises TypeError where there are too many or too few, or where one is
    of another type.
    """
    __tracebackhide__ = True
    types = _types(cls, method, settings)
    found = _matched(cls, method, types, given, keywords)
    role = role_of(method)
    for position, (name, value) in enumerate(found.items()):
        type_ = types.get(name)
        if type_ is None:
            continue  # its annotation is the author's mistake, which a check tells
        if role is not None and role.kind == "on_quorum" and position == 0:
            value = _gathered(value, type_)  # noqa: PLW2901 - as the handler finds it in a run
        try:
            found[name] = settled(value, type_, name)
        except (TypeError, BoundReached):
            raise TypeError(_told(cls, method, name, value, type_)) from None
    return found


def refuse_wrong_message(message: Message) -> None:
    """Raise TypeError for a message with a field of another type. Call it with the sizes of the node in force."""
    __tracebackhide__ = True
    try:
        type_ = record_type(type(message))
        wrong = _misfit(message, type_, "")
    except (NotFinite, NoUniverse):
        return
    if wrong is not None:
        place, part, inner = wrong
        raise TypeError(f"{place} is {_meaning(inner)}, and it was given {part!r}; {_edit(part, inner)}")


def refuse_wrong_address(to: object) -> None:
    """Raise TypeError for a recipient that is no member of a sort, or that does not exist with the sizes in force."""
    __tracebackhide__ = True
    if isinstance(to, type):
        raise TypeError(f"{to.__name__} are many; write `self.broadcast(..., to={to.__name__})`")
    if not isinstance(to, Sort | Enum):
        raise TypeError(f"a message goes to an address, and not to {to!r}; write `to=S(0)` with a sort S of addresses")
    if isinstance(to, Sort) and not belongs(to, SortType(type(to))):
        raise TypeError(_no_such_member(to))


def refuse_one_address(to: object) -> None:
    """Raise TypeError for what a broadcast cannot go through: a single address."""
    __tracebackhide__ = True
    if isinstance(to, Sort | Enum):
        raise TypeError(f"a broadcast goes to a sort or a set of addresses; write `self.send(..., to={to!r})`")
    if not isinstance(to, type | Iterable):
        raise TypeError(f"a broadcast goes to a sort or a set of addresses, and not to {to!r}; write `to=S`")


def _types(cls: type, method: FunctionType, settings: Settings) -> dict[str, Type]:
    """The parameters of a method whose annotations name finite types."""
    names = {**names_in_scope(cls), **method.__globals__, **closure(method), **settings.parameters}
    found: dict[str, Type] = {}
    for name, annotation in method.__annotations__.items():
        try:
            found[name] = finite_type(annotation, names)
        except (NotFinite, NoUniverse):
            continue
    return found


def _matched(
    cls: type, method: FunctionType, types: Mapping[str, Type], given: tuple[Any, ...], keywords: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments by the names of the parameters."""
    __tracebackhide__ = True
    signature = inspect.signature(method)
    _, *names = signature.parameters
    try:
        bound = signature.bind(None, *given, **keywords)
    except TypeError as error:
        takes = ", ".join(f"{name}: {type_text(types[name])}" if name in types else name for name in names)
        what = f"`{cls.__name__}.{method.__name__}` takes ({takes or 'nothing'}), and was called otherwise: {error}"
        raise TypeError(f"{what}; write `node.{method.__name__}({', '.join(names)})`") from None
    bound.apply_defaults()
    return {name: value for name, value in bound.arguments.items() if name in names}


def _gathered(value: Any, type_: Type) -> Any:
    """What a quorum has sent, by senders: a test may leave out those who have sent nothing."""
    if not isinstance(type_, MapType) or not is_map(value) or not value.is_settled:
        return value
    if not all(belongs(key, type_.key) for key in value):
        return value
    return Map({key: value[key] if key in value else Set() for key in members(type_.key)})


def _told(cls: type, method: FunctionType, name: str, value: Any, type_: Type) -> str:
    """What is wrong with an argument: what was given, what the parameter is, and what to write."""
    what = f"`{name}` of `{cls.__name__}.{method.__name__}`"
    place, part, inner = _misfit(value, type_, what) or (what, value, type_)
    told = f"{place} is {_meaning(inner)}, and it was given {part!r}"
    other = _taker(cls, method, part)
    return f"{told}; {_edit(part, inner)}" + (f", or call `{other}`, which takes that message" if other else "")


def _misfit(value: Any, type_: Type, place: str) -> tuple[str, Any, Type] | None:
    """The innermost part of a value that is of another type than it should be, and its place; None where all fits."""
    match type_:
        case UnionType(alternatives):
            if any(_misfit(value, one, place) is None for one in alternatives):
                return None
            same = [one for one in alternatives if isinstance(one, RecordType) and type(value) is one.cls]
            return _misfit(value, same[0], place) if same else (place, value, type_)
        case RecordType(cls, fields) if type(value) is cls:
            inside = (_misfit(getattr(value, name), one, f"`{name}` of {cls.__name__}") for name, one in fields)
            return next((one for one in inside if one is not None), None)
        case SetType(element) if is_set(value) or isinstance(value, set):
            return _first_misfit(cast("Iterable[Any]", value), element, f"a member of {place}")
        case SeqType(element) if is_seq(value) or isinstance(value, list):
            return _first_misfit(cast("Iterable[Any]", value), element, f"an element of {place}")
        case BagType(element) if is_bag(value):
            return _first_misfit(value, element, f"a member of {place}")
        case MapType(key, inner) if is_map(value) and value.is_settled:
            wrong = _first_misfit(value.keys(), key, f"a key of {place}")
            return (
                wrong
                or _first_misfit(value.values(), inner, f"a value of {place}")
                or (None if len(value) == len(list(members(key))) else (place, value, type_))
            )
        case SeqType() | BagType() if is_set(value) and not value:
            return None  # what `empty()` gives
        case MapType(_, inner) if is_map(value) and not value.is_settled:
            return _misfit(value.default, inner, f"a value of {place}")
        case _:
            return None if belongs(value, type_) else (place, value, type_)


def _first_misfit(values: Iterable[Any], type_: Type, place: str) -> tuple[str, Any, Type] | None:
    return next((wrong for one in values if (wrong := _misfit(one, type_, place)) is not None), None)


def _meaning(type_: Type) -> str:
    """What a parameter may be, in words."""
    match type_:
        case SortType(cls):
            return f"a member of {cls.__name__}"
        case IntType(low, high):
            return f"a whole number from {low} to {high}"
        case EnumType(cls):
            return f"one of the members of {cls.__name__}"
        case RecordType(cls):
            return f"a {'message' if issubclass(cls, Message) else 'record'} {cls.__name__}"
        case UnionType(alternatives):
            return " or ".join(map(_meaning, alternatives))
        case _:
            return type_text(type_)


def _edit(value: Any, type_: Type) -> str:
    """What to write where a value of another type stands."""
    for one in alternatives_of(type_):
        match one:
            case SortType(cls) if isinstance(value, Sort) and type(value) is cls:
                return _no_such_member(value).partition("; ")[2]
            case SortType(cls) if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < size_of(cls):
                return f"write `{cls.__name__}({value})`"
            case EnumType(cls) if isinstance(value, str) and value.upper() in cls.__members__:
                return f"write `{cls.__name__}.{value.upper()}`"
            case _:
                pass
    return "write " + " or ".join(f"`{_example(one)}`" for one in alternatives_of(type_))


def _example(type_: Type) -> str:
    """A value of a type, or what makes one, as it is written."""
    match type_:
        case BoolType():
            return "True"
        case IntType(low):
            return str(low)
        case EnumType(cls):
            return f"{cls.__name__}.{next(iter(cls)).name}"
        case SortType(cls):
            return f"{cls.__name__}(0)"
        case NoneType():
            return "None"
        case RecordType(cls, fields):
            return f"{cls.__name__}({', '.join(f'{name}=...' for name, _ in fields)})"
        case SetType(element) | SeqType(element) | BagType(element):
            brackets = "{{{}}}" if isinstance(type_, SetType) else "[{}]"
            return f"{type(type_).__name__.removesuffix('Type')}({brackets.format(_example(element))})"
        case MapType(key, value):
            return f"Map({{{_example(key)}: {_example(value)}, ...}})"
        case QuorumType(sort):
            return f"Quorum({{{_example(sort)}, ...}})"
        case _:
            return type_text(type_)


def _no_such_member(member: Sort) -> str:
    """What there is in place of a member that does not exist."""
    name, size = type(member).__name__, size_of(type(member))
    return f"{member!r} does not exist with {name}={size}; write {' or '.join(f'`{name}({n})`' for n in {0, size - 1})}"


def _taker(cls: type, method: FunctionType, value: Any) -> str | None:
    """The handler of a class of nodes that takes a message, if another one does."""
    if not isinstance(value, Message):
        return None
    for name in dict.fromkeys(name for owner in cls.__mro__ for name in vars(owner)):
        other = inspect.unwrap(inspect.getattr_static(cls, name))
        role = role_of(other)
        if role is None or role.kind != "on_message" or name == method.__name__ or not isinstance(other, FunctionType):
            continue
        annotation = other.__annotations__.get(next(iter(list(inspect.signature(other).parameters)[1:]), ""))
        text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
        if type(value).__name__ in re.findall(r"\w+", text):
            return name
    return None

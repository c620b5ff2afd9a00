"""From an annotation to a finite type, and what to write for an annotation that names none.

Annotations are Python's: an object, or text that is evaluated where the author's names are known. What they come to
is one of `types.py`'s descriptions, or `NotFinite` with the edit that mends it.
"""

from __future__ import annotations

import ast
import dataclasses
import difflib
import operator
import re
import types as python
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Annotated, Any, ClassVar, Final, ForwardRef, Literal, TypeVar, Union, get_args, get_origin

from indoubt.specs.language.collections import Bag, Seq
from indoubt.specs.language.marks import Between, Durable, DurableMark, Index, PerNode, T
from indoubt.specs.language.quorum_systems import Kind, Phase, QuorumError
from indoubt.specs.language.sorts import Ordered, Quorum, Ring, Sort, system_of
from indoubt.specs.language.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    MapType,
    NoneType,
    NotFinite,
    PermutationType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    Type,
    UnionType,
    alternatives_of,
    type_text,
    union_of,
)
from indoubt.specs.language.universe import NoUniverse, current_universe
from indoubt.specs.language.values import Map, Permutation, Record, Set


def finite_type(annotation: Any, names: Mapping[str, Any] | None = None) -> Type:
    """The finite type that `annotation` names; strings are evaluated where `names` are known.

    Raises NotFinite for anything else.
    """
    if isinstance(annotation, ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, PerNode):
        return MapType(_key(finite_type(annotation.key, names)), finite_type(annotation.value, names))
    text = annotation if isinstance(annotation, str) else ""
    if isinstance(annotation, str):
        annotation = evaluated(annotation, names or {})
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is None or annotation is type(None):
        return NoneType()
    if annotation is bool:
        return BoolType()
    if origin in (python.UnionType, Union):
        return _told_apart([finite_type(argument, names) for argument in arguments])
    if origin is Annotated:
        return _annotated(arguments, names)
    if origin is Map and len(arguments) == 2:
        return MapType(_key(finite_type(arguments[0], names)), finite_type(arguments[1], names))
    if isinstance(annotation, TypeVar):
        is_ours = annotation is T
        name = "Parameter" if is_ours else annotation.__name__
        help_ = "write `Parameter[bool]`, for example" if is_ours else "name a type, as in `Set[Node]`"
        raise NotFinite(f"`{name}` does not say of what", help_)
    if origin in (Set, Seq, Bag) and len(arguments) != 1:
        raise NotFinite(f"`{text or annotation_text(annotation)}` {WRONG_NUMBER[0]}", WRONG_NUMBER[1])
    if origin is Set and len(arguments) == 1:
        return SetType(finite_type(arguments[0], names))
    if origin in (Seq, Bag) and len(arguments) == 1:
        element = finite_type(arguments[0], names)
        return SeqType(element) if origin is Seq else BagType(element)
    if origin is Quorum and len(arguments) == 1:
        return quorum_type(_sort(arguments[0]).cls, None)
    if origin is Permutation and len(arguments) == 1:
        return PermutationType(_permuted(finite_type(arguments[0], names)))
    if isinstance(annotation, type):
        return _class_type(annotation, names)
    raise NotFinite(f"`{text or annotation_text(annotation)}` is no finite type", _instead(annotation, origin))


def _instead(annotation: Any, origin: Any) -> str:
    """What to write for something that is no type of the language, and no class either."""
    if isinstance(annotation, str):
        return f"delete the quotes: `{annotation}`"
    if isinstance(annotation, Between):
        return f"write `Annotated[int, Between({annotation.low}, {annotation.high})]`"
    if isinstance(annotation, (Set, Map, Seq, Bag)):
        return SQUARE
    if isinstance(annotation, Enum):
        return f"name the class of the member: `{type(annotation).__name__}`"
    if origin is Literal:
        return "declare an Enum with the values that occur"
    if origin in (Final, ClassVar):
        return "write the type alone; what never changes is a constant of the module, or a `Parameter[...]`"
    return INSTEAD.get(origin, KNOWN_TYPES) if isinstance(origin, type) else KNOWN_TYPES


def _key(type_: Type) -> Type:
    """A type of keys, which a total map has all of."""
    if any(isinstance(part, (SeqType, BagType)) for part in _parts(type_)):
        raise NotFinite(
            f"a map cannot have every `{type_text(type_)}` as a key",
            "use a Sort, an Enum, an interval or a record of them for the keys",
        )
    return type_


def held_type(annotation: Any, names: Mapping[str, Any] | None = None) -> Type:
    """The finite type of what a variable or a field holds; as `finite_type`, but what only a parameter is raises too.

    Whether a set is a quorum, or a map a permutation, is for a choice to say: a state keeps no such promise.
    """
    type_ = finite_type(annotation, names)
    for part in _parts(type_):
        if isinstance(part, (QuorumType, PermutationType)):
            raise NotFinite(
                f"`{type_text(part)}` is the type of a parameter, and a state holds none",
                f"write `Set[{type_text(part.sort)}]`, and store a quorum `q` as `Set(q)`"
                if isinstance(part, QuorumType)
                else f"write `Map[{type_text(part.of)}, {type_text(part.of)}]`: a permutation may be assigned to it",
            )
    return type_


def _parts(type_: Type) -> Iterator[Type]:
    """A type and those that it is made of; the fields of a record are asked where it is declared."""
    yield type_
    match type_:
        case UnionType(alternatives):
            inner = alternatives
        case MapType(key, value):
            inner = (key, value)
        case SetType(element) | SeqType(element) | BagType(element):
            inner = (element,)
        case _:
            inner = ()
    for one in inner:
        yield from _parts(one)


INSTEAD: dict[Any, str] = {
    dict: "write `Map[K, V]`, a total map from a finite K",
    list: "write `Seq[T]`, whose length the run bounds, or `Set[T]`",
    tuple: "declare a Record with named fields",
    set: "write `Set[T]`",
    frozenset: "write `Set[T]`",
}
"""What to write for Python's own containers."""

SQUARE = "types stand in square brackets: `Map[K, V]`, `Set[T]`"
WRONG_NUMBER = (
    "has the wrong number of types in its brackets",
    "write `Map[K, V]` with two types, `Set[T]`, `Seq[T]`, `Bag[T]`, `Quorum[S]`, `Permutation[K]` with one",
)
KNOWN_TYPES = (
    "use bool, an Enum, a Sort, an Ordered, Annotated[int, Between(a, b)], a Record, "
    "Map[K, V], Set[T], Seq[T], Bag[T], a union of these with `|`, or, for a parameter, Quorum[S] or Permutation[K]"
)


def is_durable(annotation: Any, names: Mapping[str, Any]) -> bool:
    """Whether an annotation, an object or its source text, reads `Durable[...]`."""
    if not isinstance(annotation, str):
        return get_origin(annotation) is Annotated and DurableMark in get_args(annotation)
    tree = ast.parse(annotation, mode="eval").body
    if not isinstance(tree, ast.Subscript):
        return False
    try:
        return bool(evaluated(ast.unparse(tree.value), names) == Durable)
    except NotFinite:
        return False


def evaluated(annotation: str, names: Mapping[str, Any]) -> Any:
    """The Python object that the text of an annotation stands for."""
    try:
        return eval(annotation, dict(names))  # noqa: S307 - the author's own annotation, in the author's own module
    except NoUniverse:
        raise
    except Exception as error:
        if isinstance(error, TypeError) and " arguments for " in str(error):  # Python's words differ with its version
            raise NotFinite(f"`{annotation}` {WRONG_NUMBER[0]}", WRONG_NUMBER[1]) from error
        raise NotFinite(f"`{annotation}` cannot be evaluated: {error}", _mended(annotation, names, error)) from error


def _mended(annotation: str, names: Mapping[str, Any], error: Exception) -> str:
    """What to do about an annotation that Python cannot evaluate."""
    if isinstance(error, NameError):
        asked = str(getattr(error, "name", ""))
        known = {name.lower(): name for name, value in names.items() if name[:1].isupper() or isinstance(value, int)}
        close = difflib.get_close_matches(asked.lower(), known, n=1, cutoff=0.7)
        found = [known[one] for one in close]
        return f"did you mean `{found[0]}`?" if found else "define every name that it uses before the class"
    if re.match(r"(Map|Set|Seq|Bag|Quorum|Parameter|Durable)\(", annotation):
        return SQUARE
    if "Between" in annotation or annotation.startswith("int"):
        return "write `Annotated[int, Between(0, 3)]`, with two integers"
    return KNOWN_TYPES


def _told_apart(alternatives: list[Type]) -> Type:
    """The union, unless a value could belong to two of its alternatives: it would be two values to a machine."""
    flat = dict.fromkeys(one for alternative in alternatives for one in alternatives_of(alternative))
    families = [_FAMILIES[type(one)] for one in flat if type(one) in _FAMILIES]
    if len(set(families)) < len(families):
        raise NotFinite(
            f"`{' | '.join(map(type_text, flat))}` has alternatives with values in common",
            "write one interval that holds both, or put each alternative into a record of its own",
        )
    return union_of(*flat)


_FAMILIES: dict[type[Type], str] = {
    BoolType: "numbers",  # to Python, True is 1
    IntType: "numbers",
    MapType: "maps",
    SetType: "sets",
    QuorumType: "sets",
    PermutationType: "maps",
    SeqType: "sequences",
    BagType: "bags",
}


def record_type(cls: type[Record], names: Mapping[str, Any] | None = None) -> RecordType:
    """The finite type of a record class."""
    if cls in _RECORDS_IN_PROGRESS:
        raise NotFinite(f"`{cls.__name__}` contains itself", "a finite record cannot be recursive: refer by a sort")
    _RECORDS_IN_PROGRESS.append(cls)
    try:
        # The author's record may use the names of its own module, of a function around it, and of the spec.
        universe = current_universe()
        fixed: Mapping[str, Any] = {} if universe is None else universe.parameters
        own: dict[str, Any] = {name: fixed.get(name, value) for name, value in cls.__scope__.items()}
        scope = {**(names or {}), **cls.__names__, **own}
        fields = [(field.name, field.type) for field in dataclasses.fields(cls)]  # type: ignore[arg-type]
        return RecordType(cls, tuple((name, _field_type(cls, name, annotation, scope)) for name, annotation in fields))
    finally:
        _RECORDS_IN_PROGRESS.pop()


_RECORDS_IN_PROGRESS: list[type[Record]] = []


def _field_type(cls: type[Record], name: str, annotation: Any, scope: Mapping[str, Any]) -> Type:
    if is_durable(annotation, scope):
        what = f"field `{name}` of `{cls.__name__}`: `Durable` marks a field of a node"
        raise NotFinite(what, "name the type alone: a message is on no disk")
    try:
        return held_type(annotation, scope)
    except NotFinite as error:
        raise NotFinite(f"field `{name}` of `{cls.__name__}`: {error.message}", error.help) from None


def annotation_text(annotation: Any) -> str:
    """An annotation as its author would write it."""
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation.__name__
    return re.sub(r"(\w+\.)+(?=\w)", "", str(annotation))  # names without their modules


def _annotated(arguments: tuple[Any, ...], names: Mapping[str, Any] | None) -> Type:
    base, *marks = arguments
    if get_origin(base) is Quorum and len(get_args(base)) == 1:
        phase = next((mark.kind for mark in marks if isinstance(mark, Phase)), None)
        return quorum_type(_sort(get_args(base)[0]).cls, phase)
    for mark in marks:
        if isinstance(mark, Index) and base is int:
            return _positions(mark.sequence)
        if isinstance(mark, Between) and base is int:
            try:
                low, high = operator.index(mark.low), operator.index(mark.high)  # an end may be a named bound
            except TypeError:
                raise NotFinite(
                    f"`Between({mark.low!r}, {mark.high!r})` has an end that is no integer",
                    "write two integers, as in `Between(0, 3)`",
                ) from None
            if low > high:
                raise NotFinite(f"`Between({low}, {high})` is empty", "the lower end comes first")
            return IntType(low, high)
    misplaced = next((mark for mark in marks if isinstance(mark, (Between, Index, Phase))), None)
    if isinstance(misplaced, Phase):
        title = f"`Phase` marks a `Quorum[S]`, not a `{annotation_text(base)}`"
        raise NotFinite(title, f"write `Annotated[Quorum[S], Phase({misplaced.kind!r})]`, or the other type alone")
    if misplaced is not None:
        what = type(misplaced).__name__
        title = f"`{what}` marks an `int`, not a `{annotation_text(base)}`"
        raise NotFinite(title, f"write `Annotated[int, {what}(...)]`, or the other type alone")
    if base is T and DurableMark in marks:
        raise NotFinite("`Durable` does not say of what", "write `Durable[bool]`, for example")
    return finite_type(base, names)


def _positions(sequence: str) -> IntType:
    universe = current_universe()
    bounds: Mapping[str, int] = {} if universe is None else universe.bounds
    # A field `log` of the nodes `servers` is the variable `servers.log`; a link is no field.
    fields = [name for name in bounds if name.endswith(f".{sequence}") and not name.startswith("network.")]
    meant = [sequence] if sequence in bounds else fields
    if not meant:
        known = ", ".join(bounds) or "none"
        raise NotFinite(f"`Index({sequence!r})` names no sequence of the state", f"those with a capacity are: {known}")
    if len(meant) > 1:
        several = " or ".join(f"`Index({name!r})`" for name in meant)
        raise NotFinite(f"`Index({sequence!r})` may be of several nodes", f"write {several}")
    return IntType(0, bounds[meant[0]] - 1)


def _class_type(cls: type, names: Mapping[str, Any] | None) -> Type:
    if issubclass(cls, Enum):
        if len(cls) == 0:
            raise NotFinite(f"`{cls.__name__}` has no members", "declare them in the class: `RED, GREEN = range(2)`")
        return EnumType(cls)
    if issubclass(cls, Sort) and cls not in (Sort, Ordered, Ring):
        return SortType(cls)
    if issubclass(cls, Record) and dataclasses.is_dataclass(cls):
        return record_type(cls, names)
    if cls is int:
        raise NotFinite("`int` has no bounds", "write `Annotated[int, Between(0, 3)]`")
    if cls is str:
        raise NotFinite("`str` is no finite type", "declare an Enum with the strings that occur")
    if cls is float:
        raise NotFinite("`float` is no finite type", "use integers in an interval: `Annotated[int, Between(0, 3)]`")
    if cls in (Seq, Bag, list, Quorum):
        kind = "Seq" if cls is list else cls.__name__
        of = "[S]` with a Sort S" if cls is Quorum else "[T]` with a finite T"
        raise NotFinite(f"`{cls.__name__}` does not say of what", f"write `{kind}{of}")
    if cls in (Sort, Ordered, Ring):
        raise NotFinite(f"`{cls.__name__}` has no members", f"declare `class Node({cls.__name__}): ...`, and use that")
    if cls in (set, frozenset, Set):
        raise NotFinite(f"`{cls.__name__}` does not say of what", "write `Set[T]` with a finite T")
    if cls is Permutation:
        raise NotFinite("`Permutation` does not say of what", "write `Permutation[K]` with a Sort or an Enum K")
    if cls in (dict, Map):
        raise NotFinite(f"`{cls.__name__}` does not say from what to what", "write `Map[K, V]` with finite K and V")
    if cls.__module__ != "builtins" and cls.__module__.partition(".")[0] not in ("typing", "indoubt", "enum"):
        name = cls.__name__
        help_ = f"declare `class {name}(Record)` with typed fields, `class {name}(Sort): ...` or `class {name}(Enum)`"
        raise NotFinite(f"`{name}` is no finite type", help_)
    raise NotFinite(f"`{cls.__name__}` is no finite type", KNOWN_TYPES)


def quorum_type(sort: type[Sort], phase: Kind | None) -> QuorumType:
    """The quorums over a sort that a spec means, in the quorum system of the run.

    Raises NotFinite where that has no such phase, SettingError where it is for another number of members.
    """
    if (universe := current_universe()) is None or (sort.__name__ not in universe.sizes and sort.fixed_size is None):
        return QuorumType(SortType(sort), phase=phase)
    system = system_of(sort)
    try:
        return QuorumType(SortType(sort), system, system.phase_of(phase))
    except QuorumError as error:
        message, _, help_ = str(error).partition("; ")
        raise NotFinite(message, help_) from None


def _sort(annotation: Any) -> SortType:
    if isinstance(annotation, type) and issubclass(annotation, Sort):
        return SortType(annotation)
    raise NotFinite(f"`Quorum[{annotation_text(annotation)}]` is over no sort", "write `Quorum[S]` with a Sort S")


def _permuted(type_: Type) -> SortType | EnumType | UnionType:
    if isinstance(type_, (SortType, EnumType)):
        return type_
    if isinstance(type_, UnionType) and all(isinstance(one, (SortType, EnumType)) for one in type_.alternatives):
        return type_
    raise NotFinite(
        f"`Permutation[{type_text(type_)}]` is over no sort and no Enum",
        "write `Permutation[K]` with a Sort, an Ordered, a Ring or an Enum K",
    )

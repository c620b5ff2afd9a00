"""What the types of a spec say about its nodes and its messages.

A *node sort* is a sort by which some state variable is kept, the key of a map, or whose member takes a step by
`@action(by="p")`. A union `Participant | None` used as a
key, as an element of a set or by a fault makes `None` a node too: the one that has no sort, a coordinator mostly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeGuard

from indoubt.specs.language.annotations import finite_type
from indoubt.specs.language.collections import Bag, Seq, is_bag, is_seq
from indoubt.specs.language.declarations import names_in_scope
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Role, Spec, methods_of, role_of
from indoubt.specs.language.settings import Settings, variable_types
from indoubt.specs.language.sorts import Ordered, Sort
from indoubt.specs.language.systems import System
from indoubt.specs.language.types import (
    BagType,
    IntType,
    MapType,
    NoneType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    Type,
    alternatives_of,
)
from indoubt.specs.language.universe import within
from indoubt.specs.language.values import Map, Message, Set


@dataclass(frozen=True)
class Shape:
    """The types of a spec with the settings of one run; `parameters` are those of each action, by their names."""

    spec: type[Spec]
    settings: Settings
    variables: Mapping[str, Type]
    parameters: Mapping[str, Mapping[str, Type]]
    node_sorts: tuple[type[Sort], ...]
    none_is_node: bool

    def is_node(self, value: Any, type_: Type) -> bool:
        """Whether a value of `type_` is a node; `None` is one only where `type_` has it beside a node sort."""
        if value is None:
            return self.none_is_node and self.is_of_nodes(type_) and _has_none(type_)
        return isinstance(value, self.node_sorts) if self.node_sorts else False

    def is_of_nodes(self, type_: Type) -> bool:
        """Whether the values of `type_` are nodes."""
        kinds = alternatives_of(type_)
        nodes = [kind for kind in kinds if isinstance(kind, SortType) and kind.cls in self.node_sorts]
        return bool(nodes) and all(kind in nodes or isinstance(kind, NoneType) for kind in kinds)

    @property
    def message_variables(self) -> tuple[str, ...]:
        """The variables that hold sets, sequences or bags of messages, or maps to such collections.

        What a Byzantine node has said to all alike is none of them: nobody has sent it.
        """
        is_system = issubclass(self.spec, System)
        return tuple(
            name
            for name, type_ in self.variables.items()
            if is_of_messages(type_) and not (is_system and name.startswith("said."))
        )

    def taker_of(self, action: str) -> str | None:
        """The parameter whose value takes a step of an action, if `by` names one."""
        by = role_named(self.spec, action).by
        return by if by in self.parameters[action] else None

    @property
    def own_variables(self) -> tuple[str, ...]:
        """The variables that belong to no node: neither a map over nodes nor messages."""
        return tuple(
            name
            for name, type_ in self.variables.items()
            if not is_of_messages(type_) and not (isinstance(type_, MapType) and self.is_of_nodes(type_.key))
        )

    def nodes(self) -> list[Any]:
        """Every node: `None` first where it is one, then the members of each sort in order."""
        with within(self.settings.universe):
            return [None] * self.none_is_node + [member for sort in self.node_sorts for member in sort]


def shape_of(spec: type[Spec], settings: Settings) -> Shape:
    """Read the types of a spec."""
    variables = variable_types(spec, settings)
    actions = methods_of(spec, "action")
    parameters = {name: parameter_types(spec, settings, name) for name in actions}
    keys = [type_ for root in variables.values() for type_ in _kept_by(root)]
    taking = [types[by] for name, types in parameters.items() if (by := role_named(spec, name).by) in types]
    takers = _sorts(taking)
    sorts = list(dict.fromkeys([*_sorts(keys), *takers]))
    # An order kept by is a rank or a ballot, unless it is all there is or takes steps.
    node_sorts = tuple(sort for sort in sorts if sort in takers or not issubclass(sort, Ordered)) or tuple(sorts)
    shape = Shape(spec, settings, variables, parameters, node_sorts, none_is_node=False)
    faults = [type_ for name in actions if role_named(spec, name).fault for type_ in parameters[name].values()]
    elements = [element for root in (*variables.values(), *faults) for element in _elements(root)]
    places = [*keys, *elements, *faults, *taking]
    none_is_node = any(shape.is_of_nodes(place) and _has_none(place) for place in places)
    return Shape(spec, settings, variables, parameters, node_sorts, none_is_node)


def parameter_types(spec: type[Spec], settings: Settings, name: str, kind: str = "action") -> dict[str, Type]:
    """The parameters of an action, or of a property of some kind, with their types, in order."""
    owner = next(base for base in spec.__mro__ if name in vars(base))
    method = methods_of(spec, kind)[name]
    own: Mapping[str, Any] = getattr(method, "__indoubt_names__", {})  # of a handler, whose class is another
    names = {**getattr(method, "__globals__", {}), **names_in_scope(owner), **own, **settings.parameters}
    with within(settings.universe):
        return {
            parameter: finite_type(annotation, names)
            for parameter, annotation in method.__annotations__.items()
            if parameter != "return"
        }


def role_named(spec: type[Spec], action: str) -> Role:
    """What the author said about an action."""
    role = role_of(methods_of(spec, "action")[action])
    assert role is not None, f"{action} has no role"
    return role


def is_of_messages(type_: Type) -> bool:
    """Whether the type is a set, a sequence or a bag of messages, or a map to such collections."""
    if isinstance(type_, MapType):
        return is_of_messages(type_.value)
    if not isinstance(type_, (SetType, SeqType, BagType)):
        return False
    return any(
        isinstance(kind, RecordType) and issubclass(kind.cls, Message) for kind in alternatives_of(type_.element)
    )


def messages_in(value: Any) -> Iterator[Message]:
    """The messages in the value of a message variable."""
    for _, held in collections_in(value):
        yield from (item for item in held if isinstance(item, Message))


def collections_in(value: Any, keys: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Collection[Any]]]:
    """The sets, sequences and bags in the value of a variable, each with the keys that lead to it."""
    if is_map(value):
        for key, inner in value.items():
            yield from collections_in(inner, (*keys, key))
    elif is_collection(value):
        yield keys, value


def is_map(value: object) -> TypeGuard[Map[Any, Any]]:
    """Whether a value is a map; type checkers learn no more of its keys than there is to know."""
    return isinstance(value, Map)


def is_set(value: object) -> TypeGuard[Set[Any] | frozenset[Any]]:
    """Whether a value is a set or a quorum."""
    return isinstance(value, (Set, frozenset))


def is_collection(value: object) -> TypeGuard[Set[Any] | frozenset[Any] | Seq[Any] | Bag[Any]]:
    """Whether a value is a set, a sequence or a bag."""
    return is_set(value) or is_seq(value) or is_bag(value)


def _sorts(types: list[Type]) -> list[type[Sort]]:
    return [kind.cls for type_ in types for kind in alternatives_of(type_) if isinstance(kind, SortType)]


def _kept_by(type_: Type) -> Iterator[Type]:
    if isinstance(type_, MapType):
        yield type_.key
        yield from _kept_by(type_.value)


def _elements(type_: Type) -> Iterator[Type]:
    if isinstance(type_, SetType):
        yield type_.element
    if isinstance(type_, MapType):
        yield from _elements(type_.value)


def _has_none(type_: Type) -> bool:
    return any(isinstance(kind, NoneType) for kind in alternatives_of(type_))


def is_budget(type_: Type) -> bool:
    """Whether a variable of this type is a counter, which says nothing about who acts."""
    return isinstance(type_, IntType)

"""The layout of a system: which nodes it has, what they take from whom, and the links between them.

Read off the annotations of the system and of the handlers; nothing is executed. Mistakes are collected, and raised at
once as `WrongSystem`, each with the class and the member that it is about: the frontend knows where those are written.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cache
from types import FunctionType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from indoubt.specs.language.annotations import evaluated, is_durable
from indoubt.specs.language.declarations import OURS, is_parameter, names_in_scope
from indoubt.specs.language.declared_environment import (
    links_of_system,
    network_of_system,
    parts_that_fail,
    refuse_wrong_detector,
    shown_thing,
)
from indoubt.specs.language.delivery import Link
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.handlers import HANDLERS
from indoubt.specs.language.machine import Role, role_of
from indoubt.specs.language.network import Network
from indoubt.specs.language.nodes import Node, is_node_class
from indoubt.specs.language.sorts import Quorum, Sort
from indoubt.specs.language.survey import closure
from indoubt.specs.language.types import NotFinite
from indoubt.specs.language.values import Map, Message, Set
from indoubt.specs.language.variants import meanings
from indoubt.specs.language.wrong_systems import Wrong, WrongSystem

BY_WHOM = "sent by whom?"
ADDRESS = "self.address"
"""The name of the parameter of a step that is the node which takes it; an author cannot write such a name."""


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a system that holds nodes: one for each member of the sort, or the only one."""

    name: str
    cls: type[Node[Any]]
    sort: Any
    is_many: bool

    def variable(self, name: str) -> str:
        """The state variable that holds a field of these nodes."""
        return f"{self.name}.{name}"

    @property
    def address(self) -> Any:
        """The address of the only node."""
        return self.sort(0)


@dataclass(frozen=True)
class Handler:
    """A handler of the nodes of a part; `messages` and `senders` are what it takes, if it takes messages."""

    part: Part
    method: Any
    """The function that its author wrote; to a type checker, a function that is a field reads as a bound method."""
    role: Role
    parameters: tuple[str, ...]
    messages: tuple[type[Message], ...] = ()
    senders: tuple[Part, ...] = ()
    gathers: bool = False
    """Whether it reads the messages of a quorum, and takes no single one."""

    @property
    def name(self) -> str:
        """The name of its step: `tm.on_vote`."""
        name: str = self.method.__name__
        return self.part.variable(name)


@dataclass(frozen=True)
class Layout:
    """A system without the choices of a run."""

    system: type
    parts: Mapping[str, Part]
    handlers: tuple[Handler, ...]
    links: Mapping[tuple[str, str], tuple[type[Message], ...]] = field(default_factory=dict[Any, Any])
    """The messages that are taken from a part by a part, by the names of both."""
    may_crash: tuple[str, ...] = ()
    may_lie: tuple[str, ...] = ()
    """The parts whose nodes may be Byzantine."""
    network: Network = field(default_factory=Network.soup)
    promised: Link | None = None
    """What the links of the system promise, if it says so."""

    def part_of(self, sort: object) -> Part | None:
        """The nodes whose addresses are the members of a sort."""
        return next((part for part in self.parts.values() if part.sort is sort), None)

    def part_at(self, address: object) -> Part | None:
        """The nodes one of which has an address."""
        return self.part_of(type(address))

    def restart_of(self, part: Part) -> Handler | None:
        """What the nodes of a part do when they come back."""
        own = (one for one in self.handlers if one.part is part and one.role.kind == "on_restart")
        return next(own, None)


def link_name(sender: str, receiver: str) -> str:
    """The state variable with what is under way from a part to a part."""
    return f"network.{sender}.{receiver}"


def linked_parts(layout: Layout) -> list[Part]:
    """The parts that send or receive something: the nodes that a partition is about."""
    return [part for name, part in layout.parts.items() if any(name in ends for ends in layout.links)]


def layout_of(system: type) -> Layout:
    """The layout of a system as its author wrote it. Raises WrongSystem."""
    found: Any = system  # to mypy, a class whose instances change is no key
    return _laid_out(found)


@cache
def _laid_out(system: type) -> Layout:
    mistakes: list[Wrong] = []
    parts = _parts(system, mistakes)
    handlers = [one for part in parts.values() for one in _handlers(part, parts, mistakes)]
    links: dict[tuple[str, str], tuple[type[Message], ...]] = {}
    for one in handlers:
        for sender in one.senders:
            ends = (sender.name, one.part.name)
            links[ends] = tuple(dict.fromkeys((*links.get(ends, ()), *one.messages)))
    if parts and not mistakes and not handlers:
        first = next(iter(parts.values()))
        help_ = "decorate the methods that are steps with `@on_message` or `@on_timeout`"
        title = f"no node of `{system.__name__}` has a handler"
        mistakes.append(Wrong("S501", title, first.cls, "", "nothing can happen here", help_))
    _parameters(system, parts, mistakes)
    if any(one.code == "S503" for one in mistakes):  # who sends is not known where nodes are missing
        mistakes[:] = [one for one in mistakes if one.label != BY_WHOM]
    network = network_of_system(system, mistakes)
    may_crash = parts_that_fail(system, "crashes", "who may crash?", parts, mistakes)
    may_lie = parts_that_fail(system, "byzantine", "who may be Byzantine?", parts, mistakes)
    promised = links_of_system(system, [name for name, _, _ in own_annotations(system)], mistakes)
    refuse_wrong_detector(system, mistakes)
    if mistakes:
        raise WrongSystem(mistakes)
    return Layout(system, parts, tuple(handlers), links, may_crash, may_lie, network, promised)


def own_annotations(system: type) -> Iterator[tuple[str, type, Any]]:
    """The annotated names of a system class with the class that declares each, those of base classes first."""
    found: dict[str, tuple[type, Any]] = {}
    for owner in reversed(system.__mro__):
        if owner is not object and owner.__module__ not in OURS:
            found |= {name: (owner, one) for name, one in vars(owner).get("__annotations__", {}).items()}
    for name, (owner, annotation) in found.items():
        yield name, owner, annotation


def nodes_named(system: type, owner: type, annotation: Any) -> tuple[Any, type[Node[Any]]] | None:
    """The sort (None for a single node) and the class of nodes that an annotation in a class of a system names.

    None where it names none. A type variable stands for what the system makes of it.
    """
    key, named = _named(owner, annotation)
    cls: Any = meanings(system).get(named) if isinstance(named, TypeVar) else named
    return (key, cls) if is_node_class(cls) else None


def _named(owner: type, annotation: Any) -> tuple[Any, Any]:
    """The sort and the thing that `Map[S, C]` names, or None and the thing that any other annotation names."""
    if isinstance(annotation, str):
        try:
            annotation = evaluated(annotation, names_in_scope(owner))
        except (NotFinite, LookupError):
            return None, None  # told where the types of the variables are
    arguments = get_args(annotation)
    if get_origin(annotation) is Map and len(arguments) == 2:
        return arguments
    return None, annotation


def _held_in(owner: type, annotation: Any) -> type[Node[Any]] | None:
    """The class of nodes that an annotation names somewhere inside."""
    _, named = _named(owner, annotation)
    inside = (one for one in get_args(named) if is_node_class(one))
    return next(inside, None)


def _parts(system: type, mistakes: list[Wrong]) -> dict[str, Part]:
    parts: dict[str, Part] = {}
    for name, owner, annotation in own_annotations(system):
        found = None if is_parameter(annotation) else nodes_named(system, owner, annotation)
        if found is None:
            variable = _named(owner, annotation)[1]
            if isinstance(variable, TypeVar):
                title = f"`{variable.__name__}` says of no class of nodes that it stands for it"
                help_ = f'write `{variable.__name__} = TypeVar("{variable.__name__}", bound=...)` with a class of nodes'
                mistakes.append(Wrong("S503", title, owner, name, "which nodes?", help_))
            elif (held := _held_in(owner, annotation)) is not None and not is_parameter(annotation):
                title = f"`{name}` is no form in which a system holds nodes of `{held.__name__}`"
                sort = getattr(held.__address__, "__name__", "S")
                help_ = f"write `{name}: Map[{sort}, {held.__name__}]`, a node for each member of `{sort}`"
                mistakes.append(Wrong("S503", title, owner, name, "declared here", help_))
            continue
        key, cls = found
        sort = cls.__address__
        wrong = _wrong_part(name, key, cls, sort, parts)
        if wrong is not None:
            title, help_ = wrong
            mistakes.append(Wrong("S503", title, owner, name, "declared here", help_))
        else:
            parts[name] = Part(name, cls, sort, key is not None)
    if not parts and not mistakes:
        title = f"`{system.__name__}` has no nodes"
        help_ = "declare them: `nodes: Map[Address, MyNode]`, or `one: MyNode` for a sort of size 1"
        mistakes.append(Wrong("S503", title, system, "", "a system of what?", help_))
    return parts


def _wrong_part(
    name: str, key: Any, cls: type[Node[Any]], sort: Any, parts: Mapping[str, Part]
) -> tuple[str, str] | None:
    """What is wrong with a field of nodes, and the edit."""
    if sort is None:
        what = f"`{cls.__name__}` has no address"
        return what, f"write `class {cls.__name__}(Node[S])`, where `class S(Sort)` has a member for each node"
    shown = sort.__name__
    if key is not None and key is not sort:
        by = shown_thing(key)
        what = f"`{name}` is kept by {by}, and the address of `{cls.__name__}` is `{shown}`"
        return what, f"write `{name}: Map[{shown}, {cls.__name__}]`"
    if key is None and not (issubclass(sort, Sort) and sort.fixed_size == 1):
        what = f"`{name}` is one node, and `{shown}` may have several members"
        return what, f"write `{name}: Map[{shown}, {cls.__name__}]`, or `class {shown}(Sort, size=1)`"
    other = next((one for one in parts.values() if one.sort is sort), None)
    if other is not None:
        what = f"`{shown}` is the address of the nodes in `{other.name}` and in `{name}`"
        return what, "give each class of nodes a sort of addresses of its own"
    return None


def methods_with_roles(cls: type) -> Iterator[tuple[FunctionType, Role]]:
    """The methods of a class that have a role, as their author wrote them, those of base classes first."""
    for name in dict.fromkeys(name for owner in reversed(cls.__mro__) for name in vars(owner)):
        method = inspect.getattr_static(cls, name)
        role = role_of(method)
        if role is not None and isinstance(method, FunctionType):
            original = inspect.unwrap(method)
            assert isinstance(original, FunctionType)
            yield original, role


def _handlers(part: Part, parts: Mapping[str, Part], mistakes: list[Wrong]) -> Iterator[Handler]:
    restarts: list[FunctionType] = []
    for method, role in methods_with_roles(part.cls):
        name = method.__name__
        if role.kind not in HANDLERS:
            title = f"`@{role.kind}` on a method of the node `{part.cls.__name__}`"
            help_ = "a node has handlers and helpers; properties and `@initial` belong to the `System`"
            mistakes.append(Wrong("S504", title, part.cls, name, "not of one node", help_))
            continue
        names = method.__code__.co_varnames[1 : method.__code__.co_argcount]
        if role.kind == "on_restart":
            restarts.append(method)
            if len(restarts) > 1:
                title = f"`{part.cls.__name__}` has two `@on_restart` handlers"
                help_ = "make them one: it is what a node does first"
                mistakes.append(Wrong("S504", title, part.cls, name, "the second", help_))
                continue
        if role.kind not in ("on_message", "on_quorum"):
            yield Handler(part, method, role, names)
            continue
        gathers = role.kind == "on_quorum"
        found = (_gathered if gathers else _taken)(part, parts, method, names)
        if isinstance(found, Wrong):
            mistakes.append(found)
        else:
            yield Handler(part, method, role, names, *found, gathers=gathers)


def _taken(
    part: Part, parts: Mapping[str, Part], method: FunctionType, names: tuple[str, ...]
) -> tuple[tuple[type[Message], ...], tuple[Part, ...]] | Wrong:
    """The messages and the senders of a handler, or what is wrong with its first two parameters."""
    name = method.__name__
    sorts = {one.sort: one for one in parts.values()}
    there_are = ", ".join(f"`{sort.__name__}`" for sort in sorts)
    own = method.__code__.co_varnames[: method.__code__.co_argcount][:1]
    if not own or own[0] in method.__annotations__:
        help_ = f"write `def {name}(self, message: M, sender: S)`"
        return Wrong("S334", f"`{name}` has no first parameter `self`", part.cls, name, "whose handler?", help_)
    if len(names) < 2:
        missing = "sender" if names else "message"
        message = f"{names[0]}: ..." if names else "message: M"
        help_ = f"write `def {name}(self, {message}, sender: S)`, where S is one of {there_are}"
        return Wrong(
            "S501", f"`{name}` has no parameter for the {missing}", part.cls, name, "a handler of what?", help_
        )
    messages = _alternatives(part, method, names[0])
    if not messages or not all(isinstance(one, type) and issubclass(one, Message) for one in messages):
        title = f"the first parameter of `{name}` is no message"
        help_ = "write the message first, then its sender: `vote: Voted, sender: RM`, with `class Voted(Message)`"
        return Wrong("S502", title, part.cls, name, "a handler of what?", help_, names[0])
    senders = _alternatives(part, method, names[1])
    if not senders or not all(one in sorts for one in senders):
        title = f"`{names[1]}` of `{name}` is no address of a node"
        help_ = f"the second parameter is the sender: write `{names[1]}: S`, where S is one of {there_are}"
        return Wrong("S502", title, part.cls, name, BY_WHOM, help_, names[1])
    return tuple(messages), tuple(sorts[one] for one in senders)


def _gathered(
    part: Part, parts: Mapping[str, Part], method: FunctionType, names: tuple[str, ...]
) -> tuple[tuple[type[Message], ...], tuple[Part, ...]] | Wrong:
    """The messages and the senders of a handler of a quorum, or what is wrong with its first two parameters."""
    name = method.__name__
    form = f"`def {name}(self, {names[0] if names else 'messages'}: Map[S, Set[M]], quorum: Quorum[S])`"
    sorts = {one.sort: one for one in parts.values()}
    there_are = ", ".join(f"`{sort.__name__}`" for sort in sorts)
    help_ = f"write {form}, where M is a message and S one of {there_are}"
    if len(names) < 2:
        title = f"`{name}` has no parameter for the {'quorum' if names else 'messages of a quorum'}"
        return Wrong("S501", title, part.cls, name, "a handler of what?", help_)
    held, quorum = (_annotation(part, method, one) for one in names[:2])
    keys: tuple[Any, ...] = get_args(held) if get_origin(held) is Map else ()
    inner = get_args(keys[1]) if len(keys) == 2 and get_origin(keys[1]) is Set else ()
    messages = _united(inner[0]) if len(inner) == 1 else []
    if not messages or not all(isinstance(one, type) and issubclass(one, Message) for one in messages):
        title = f"the first parameter of `{name}` has no messages by their senders"
        return Wrong("S502", title, part.cls, name, "a handler of what?", help_, names[0])
    if get_origin(quorum) is Annotated:  # of one of the phases
        quorum, *_ = get_args(quorum)
    of = get_args(quorum) if get_origin(quorum) in (Quorum, Set) else ()
    if len(of) != 1 or of[0] not in sorts or of[0] is not keys[0]:
        title = f"`{names[1]}` of `{name}` is no quorum of the nodes that send"
        return Wrong("S502", title, part.cls, name, BY_WHOM, help_, names[1])
    return tuple(messages), (sorts[of[0]],)


def names_of(part: Part, method: FunctionType) -> dict[str, Any]:
    """What the names in a method of a node mean."""
    return {**names_in_scope(part.cls), **method.__globals__, **closure(method)}


def _annotation(part: Part, method: FunctionType, name: str) -> Any:
    """What the annotation of a parameter means; None where it means nothing."""
    annotation = method.__annotations__.get(name)
    if isinstance(annotation, str):
        try:
            return evaluated(annotation, names_of(part, method))
        except (NotFinite, LookupError):
            return None
    return annotation


def _alternatives(part: Part, method: FunctionType, name: str) -> list[Any]:
    """The classes that the annotation of a parameter names; none where it names something else."""
    return _united(_annotation(part, method, name))


def _united(annotation: Any) -> list[Any]:
    if get_origin(annotation) in (UnionType, Union):
        return list(get_args(annotation))
    return [] if annotation is None else [annotation]


def _parameters(system: type, parts: Mapping[str, Part], mistakes: list[Wrong]) -> None:
    """Note parameters of one name that are not the same in two classes: the run sets both at once."""
    known: dict[str, tuple[type, str, Any]] = {}
    for cls in dict.fromkeys([*(part.cls for part in parts.values()), system]):
        for name, owner, annotation in own_annotations(cls):
            if not is_parameter(annotation):
                continue
            told = (owner, str(annotation), getattr(cls, name, None))
            other = known.setdefault(name, told)
            if other[1:] != told[1:]:
                title = f"parameter `{name}` is not the same in `{other[0].__name__}` and in `{owner.__name__}`"
                help_ = "give both the same type and default: a run sets them together, or give one another name"
                mistakes.append(Wrong("S109", title, owner, name, "declared differently", help_))


def durable_fields(part: Part) -> tuple[str, ...]:
    """The fields of a node that survive a crash."""
    return tuple(name for name, owner, one in own_annotations(part.cls) if is_durable(one, names_in_scope(owner)))

"""Nodes: the class to inherit from, and a node that stands alone in a test.

A `Node` subclass is an ordinary class. `TransactionManager(RM=2)` makes a node by itself, `node.on_vote(Voted(True),
RM(0))` runs a handler in place, `node.phase` is a field of it and `node.sent` what it sent. A node of a `System` keeps
its fields in the state of the system, and sends into its network.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Mapping
from enum import Enum
from types import FunctionType
from typing import Any, ClassVar, Generic, Protocol, TypeVar, get_args, get_origin

from indoubt.specs.language.arguments import fitted, refuse_one_address, refuse_wrong_address, refuse_wrong_message
from indoubt.specs.language.detectors import QUESTIONS, Question
from indoubt.specs.language.domains import settled
from indoubt.specs.language.effects import in_turn
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import role_of
from indoubt.specs.language.settings import SettingError, Settings, settle_settings, variable_types
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.universe import current_universe, within
from indoubt.specs.language.values import Message, copied

A = TypeVar("A")

RESERVED = frozenset({"address", "is_up", "send", "broadcast", "sync"})
"""The names that every node has; `sent` is for tests, and a field may have that name."""
CORRECT = ("is_byzantine", "is_correct")
"""Names that every node has as well, unless its author means something else by them."""
SYNCS = ("at_once", "explicit")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that a node has sent, and to whom."""

    message: Message
    to: Any


class Place(Protocol):
    """Where the fields of a node are kept, and where its messages go."""

    @property
    def address(self) -> Any: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def is_up(self) -> bool: ...

    @property
    def is_byzantine(self) -> bool: ...

    def get(self, name: str) -> Any: ...

    def set(self, name: str, value: Any) -> None: ...

    def told(self, question: Question, other: Any) -> bool: ...

    def send(self, message: Message, to: Any) -> None: ...

    def sync(self) -> None: ...


class Field:
    """An annotated name of a node class: its first value as the class sees it, its value as a node does."""

    def __init__(self, name: str, first: Any) -> None:
        self.name = name
        self.first = first

    def __get__(self, node: Any, owner: type) -> Any:
        """The value of a node. Raises AttributeError where there is none."""
        __tracebackhide__ = True
        if node is not None:
            return place_of(node).get(self.name)
        if self.first is NOTHING:
            raise AttributeError(f"{owner.__name__}.{self.name} has no first value", name=self.name, obj=owner)
        return self.first

    def __set__(self, node: Any, value: Any) -> None:
        __tracebackhide__ = True
        place_of(node).set(self.name, value)


NOTHING: Any = object()


def place_of(node: Node[Any]) -> Place:
    """Where the fields of a node are kept."""
    place: Place = vars(node)["__place__"]
    return place


class Node(Generic[A]):
    """A process with an address: annotated fields are its state, `@on_message` methods its answers.

    `class ResourceManager(Node[RM])` has a node for each member of the sort RM, which is its address.
    """

    __scope__: ClassVar[Mapping[str, Any]] = {}
    __names__: ClassVar[Mapping[str, Any]] = {}
    __address__: ClassVar[Any] = None
    """The sort of addresses that `Node[...]` names; None where a class names none."""

    __sync__: ClassVar[str] = "at_once"
    """When a write of a durable field reaches the disk: "at_once", or at the next `self.sync()`, "explicit"."""

    def __init_subclass__(cls, *, sync: str | None = None, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if sync is not None:
            if sync not in SYNCS:
                there_are = " or ".join(f'`sync="{one}"`' for one in SYNCS)
                raise ValueError(f"sync={sync!r} of {cls.__name__} is not possible; write {there_are}")
            cls.__sync__ = sync
        frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # documented, like `inspect`'s
        cls.__names__ = frame.f_globals
        cls.__scope__ = {} if frame.f_code.co_name == "<module>" else dict(frame.f_locals)
        cls.__address__ = address_sort(cls)
        for name in vars(cls).get("__annotations__", {}):
            if not name.startswith("__"):
                setattr(cls, name, Field(name, vars(cls).get(name, NOTHING)))
        for name, method in list(vars(cls).items()):
            if isinstance(method, FunctionType) and not name.startswith("__"):
                setattr(cls, name, _in_place(method))

    def __init__(self, address: Any = None, **settings: Any) -> None:
        """A node by itself, for a test: sizes and parameters by name, unless `with sizes(...)` gives them.

        `suspects` is a set of addresses and `trusts` an address: what the node is told by its detector.
        Raises SettingError where a size is missing, TypeError where an address is.
        """
        __tracebackhide__ = True
        told: dict[Question, Any] = {
            one: settings.pop(one) for one in QUESTIONS if one in settings and not _is_field(type(self), one)
        }
        universe = current_universe()
        known = {} if universe is None else {**universe.sizes, **universe.bounds, **universe.parameters}
        mentioned = _mentioned(type(self))
        try:
            chosen = settle_settings(type(self), {k: v for k, v in known.items() if k in mentioned} | settings)
        except SettingError as error:
            raise error.with_traceback(None) from None
        vars(self)["__place__"] = Alone(type(self), _own_address(type(self), address, chosen), chosen, told)

    @property
    def address(self) -> A:
        """The member of the sort of addresses that this node is."""
        own: A = place_of(self).address
        return own

    @property
    def is_up(self) -> bool:
        """Whether the node has not crashed, or has come back since."""
        return place_of(self).is_up

    @property
    def is_byzantine(self) -> bool:
        """Whether the node may say anything. What its fields hold means nothing then: they have their first values."""
        return place_of(self).is_byzantine

    @property
    def is_correct(self) -> bool:
        """Whether the node has not failed: it is up, and not Byzantine."""
        return is_correct(self)

    def suspects(self, other: Sort | Enum | type[Sort | Enum]) -> bool:
        """Whether the failure detector of the run tells this node that another one has crashed.

        A sort of one member stands for the only node with such an address.
        """
        return place_of(self).told("suspects", _the_only(other))

    def trusts(self, other: Sort | Enum | type[Sort | Enum]) -> bool:
        """Whether the failure detector Omega tells this node that a node, perhaps itself, is the one to trust."""
        return place_of(self).told("trusts", _the_only(other))

    @property
    def sent(self) -> tuple[Sent, ...]:
        """What a node that stands alone has sent so far, in order."""
        return sent_by(self)

    def send(self, message: Message, *, to: Sort | Enum) -> None:
        """Send a message to the node with an address, which may be the sender itself."""
        __tracebackhide__ = True
        place_of(self).send(_message(message), to)

    def broadcast(self, message: Message, *, to: Iterable[Sort | Enum]) -> None:
        """Send a message to every member of a sort, or of a set of addresses; the sender itself if it is among them."""
        __tracebackhide__ = True
        refuse_one_address(to)
        place = place_of(self)
        with within(place.settings.universe):
            for one in in_turn(to):
                place.send(_message(message), one)

    def sync(self) -> None:
        """Put every durable field on the disk as it is; only a class with `sync="explicit"` has to ask for it."""
        place_of(self).sync()

    def __setattr__(self, name: str, value: Any) -> None:
        __tracebackhide__ = True
        if not isinstance(_static(type(self), name), Field):
            has = ", ".join(fields_of(type(self))) or "none"
            raise AttributeError(f"{type(self).__name__} has no field {name}; it has: {has}")  # noqa: TRY004 - as Python
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({place_of(self).address})"


class Alone:
    """The place of a node that belongs to no system."""

    def __init__(
        self, cls: type[Node[Any]], address: Any, settings: Settings, told: Mapping[Question, Any] | None = None
    ) -> None:
        self.said = dict(told or {})
        self.address = address
        self.settings = settings
        self.is_up = True
        self.is_byzantine = False
        self.sent: list[Sent] = []
        self.cls = cls
        self.values: dict[str, Any] = {}
        with within(settings.universe):
            for name, type_ in variable_types(cls, settings).items():
                if hasattr(cls, name):
                    self.values[name] = settled(getattr(cls, name), type_, name)

    def get(self, name: str) -> Any:
        """The value of a field or parameter. Raises AttributeError where a field has none yet."""
        __tracebackhide__ = True
        if name in self.settings.parameters:
            return self.settings.parameters[name]
        if name not in self.values:
            raise AttributeError(f"`{name}` has no value yet: give it one, as in `node.{name} = ...`")
        return self.values[name]

    def set(self, name: str, value: Any) -> None:
        """Give a field a value of its type."""
        __tracebackhide__ = True
        if name in self.settings.parameters:
            raise AttributeError(f"parameter `{name}` is fixed by the run")
        with within(self.settings.universe):
            self.values[name] = settled(value, variable_types(self.cls, self.settings)[name], name)

    def told(self, question: Question, other: Any) -> bool:
        """What the test says of the other node."""
        said = self.said.get(question, ())
        return bool(other == said if question == "trusts" else other in said)

    def sync(self) -> None:
        """A node that stands alone does not crash."""

    def send(self, message: Message, to: Any) -> None:
        """Keep what was sent. Raises TypeError where it is no message with these fields, or is sent to no address."""
        __tracebackhide__ = True
        with within(self.settings.universe):
            refuse_wrong_message(message)
            refuse_wrong_address(to)
        self.sent.append(Sent(message, to))


def _in_place(method: FunctionType) -> FunctionType:
    """`method`, run with the sizes of its node; a handler that fails leaves a node alone as it was."""

    @functools.wraps(method)
    def run(self: Node[Any], *arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        place = place_of(self)
        with within(place.settings.universe):
            if not isinstance(place, Alone) or role_of(method) is None:
                return method(self, *arguments, **keywords)
            given = fitted(type(self), method, place.settings, arguments, keywords)
            before, sent = {name: copied(value) for name, value in place.values.items()}, len(place.sent)
            try:
                return method(self, **given)
            except BaseException:
                place.values = before
                del place.sent[sent:]
                raise

    return run  # type: ignore[return-value]  # functools.wraps keeps a function


def _own_address(cls: type[Node[Any]], address: Any, settings: Settings) -> Any:
    __tracebackhide__ = True
    sort = cls.__address__
    if sort is None:
        raise TypeError(f"{cls.__name__} has no address; write `class {cls.__name__}(Node[S])` with a sort S")
    if address is None and getattr(sort, "fixed_size", None) == 1:
        return sort(0)
    if address is None or type(address) is not sort:
        name = sort.__name__
        why = f"there are several nodes of {name}" if address is None else f"it was given {address!r}"
        raise TypeError(f"{cls.__name__} needs an address, as in `{cls.__name__}({name}(0))`; {why}")
    with within(settings.universe):
        # A member is made anew, so that one which does not exist with these sizes raises ValueError.
        return sort(address.index) if issubclass(sort, Sort) else address


def address_sort(cls: type) -> Any:
    """The sort or Enum of addresses that a class or a base class of it names as `Node[...]`."""
    for owner in cls.__mro__:
        for base in vars(owner).get("__orig_bases__", ()):
            if get_origin(base) is Node:
                (sort,) = get_args(base)
                return sort if isinstance(sort, type) and issubclass(sort, Sort | Enum) else None
    return None


def sent_by(node: Node[Any]) -> tuple[Sent, ...]:
    """What a node that stands alone has sent so far: `node.sent`, unless that is a field of its author."""
    __tracebackhide__ = True
    place = place_of(node)
    if not isinstance(place, Alone):
        raise TypeError("a node of a system sends into the network; `sent` is for a node that stands alone")
    return tuple(place.sent)


def is_correct(node: Node[Any]) -> bool:
    """Whether a node is up and not Byzantine, whatever its author calls `is_correct`."""
    place = place_of(node)
    return place.is_up and not place.is_byzantine


def is_node_class(thing: object) -> bool:
    """Whether something is a class of nodes."""
    return isinstance(thing, type) and issubclass(thing, Node)


def fields_of(cls: type) -> list[str]:
    """The annotated names of a node class, those of base classes first."""
    return list(
        dict.fromkeys(
            name for owner in reversed(cls.__mro__) for name, value in vars(owner).items() if isinstance(value, Field)
        )
    )


def _is_field(cls: type, name: str) -> bool:
    return isinstance(_static(cls, name), Field)


def _the_only(other: Any) -> Any:
    """An address; a sort of one member stands for that member."""
    if not isinstance(other, type):
        return other
    order: Any = other  # a sort and an Enum range over their members
    members: list[Any] = list(order)
    if len(members) != 1:
        raise TypeError(f"{order.__name__} has {len(members)} members; name one of them")
    return members[0]


def _static(cls: type, name: str) -> object:
    return next((vars(owner)[name] for owner in cls.__mro__ if name in vars(owner)), None)


def _mentioned(cls: type[Node[Any]]) -> set[str]:
    from indoubt.specs.language.declarations import capacities, parameter_names, survey  # noqa: PLC0415 - for tests alone

    found = survey(cls)
    open_sizes = {sort.__name__ for sort in found.sorts if sort.fixed_size is None}
    return open_sizes | set(found.bounds) | set(capacities(cls)) | set(parameter_names(cls))


def _message(message: object) -> Message:
    __tracebackhide__ = True
    if isinstance(message, Message):
        return message
    raise TypeError(f"{message!r} is no message; declare a class that inherits from Message")

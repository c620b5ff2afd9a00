"""Links in plain Python: what sending and receiving do to the network of a state."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from indoubt.specs.language.byzantine import is_byzantine
from indoubt.specs.language.collections import is_bag, is_seq
from indoubt.specs.language.dropping import dropping
from indoubt.specs.language.guards import enabled_if
from indoubt.specs.language.layout import Handler, Part, link_name
from indoubt.specs.language.network import Network
from indoubt.specs.language.steps import cut_name, is_lossy
from indoubt.specs.language.values import Map, Message, Set

if TYPE_CHECKING:
    from indoubt.specs.language.systems import System


def link(state: System, sender: Any, receiver: Any) -> Any:
    """What is under way from a node to a node: a set, a bag or a sequence of the state."""
    return _of_ends(state, link_name, sender, receiver)


def _of_ends(state: System, named: Callable[[str, str], str], sender: Any, receiver: Any) -> Any:
    layout = state.__layout__
    ends = layout.part_at(sender), layout.part_at(receiver)
    assert ends[0] is not None
    assert ends[1] is not None
    return getattr(state, named(ends[0].name, ends[1].name))[sender][receiver]


def send(state: System, part: Part, sender: Any, message: Message, to: Any) -> None:
    """Put a message into the link to an address. Raises TypeError where nobody there takes it."""
    __tracebackhide__ = True
    layout = state.__layout__
    receiver = layout.part_at(to)
    if receiver is None:
        raise TypeError(f"{to!r} is no address of {layout.system.__name__}")
    if type(message) not in layout.links.get((part.name, receiver.name), ()):
        what = f"no handler of {receiver.cls.__name__} takes {type(message).__name__} from {part.sort.__name__}"
        raise TypeError(f"{what}; write one, which may do nothing")
    if is_byzantine(state, receiver, to):
        return  # it may know everything, and nothing that it is told matters
    held = link(state, sender, to)
    if is_lossy(state.__network__, state.__faults__) and is_cut(state, sender, to):
        dropping(state, [message], (sender, to), "cut", is_new=True)
    elif not has_room(state.__network__, held):
        dropping(state, [message], (sender, to), "full", is_new=True)
    else:
        put(state.__network__, held, message)


def is_cut(state: System, sender: Any, receiver: Any) -> bool:
    """Whether a partition cuts the link from a node to a node."""
    if not state.__faults__.budgets()["partitions"]:
        return False
    return bool(_of_ends(state, cut_name, sender, receiver))


def put(network: Network, held: Any, message: Message) -> None:
    """Put a message into a link, unless it is full and drops it. Raises BoundReached where a full link blocks."""
    if not has_room(network, held):
        return
    if is_seq(held):
        held.append(message)
    else:
        held.add(message)


def has_room(network: Network, held: Any) -> bool:
    """Whether a link takes one more message; one that blocks says no by a bound that is reached."""
    return network.full != "drop" or network.capacity is None or len(held) < network.capacity


def can_deliver(network: Network, held: Any, message: Message) -> bool:
    """Whether a message is there and may be received next."""
    if is_seq(held):
        return len(held) > 0 and held[0] == message
    return message in held


def require_there(state: System, held: Any, message: Message, sender: Any, receiver: Any) -> None:
    """The guard that a message can be received next."""
    __tracebackhide__ = True
    what = "{!r}, sent by {}, is not there for {} to be received next"
    enabled_if(can_deliver(state.__network__, held, message), what, message, sender, receiver)


def gathered(state: System, handler: Handler, receiver: Any, quorum: Collection[Any]) -> Map[Any, Any]:
    """What the members of a quorum have sent to a node, and nobody cuts off from it, by senders."""
    found: dict[Any, Set[Any]] = {}
    for one in handler.senders[0].sort:
        held = link(state, one, receiver) if one in quorum and not is_cut(state, one, receiver) else ()
        # Asking for each tells whoever watches that it was read.
        found[one] = Set(message for message in held if isinstance(message, handler.messages) and message in held)
    return Map(found)


def take(held: Any, message: Message) -> None:
    """Take a message out of a link that consumes."""
    if is_seq(held):
        held.pop_first()
    elif is_bag(held):
        held.remove(message)


def repeat(held: Any, message: Message) -> None:
    """Put a second copy beside a message: behind the first one of a sequence."""
    if is_seq(held):
        rest = list(held)
        held.clear()
        held.extend([message, *rest])
    else:
        held.add(message)

"""Failure detectors in plain Python: what a node is told, and the steps by which that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from indoubt.specs.language import links
from indoubt.specs.language.detectors import Question
from indoubt.specs.language.guards import enabled_if
from indoubt.specs.language.layout import Part
from indoubt.specs.language.steps import Plan, cut_name
from indoubt.specs.language.watching import GST, LEADER, MISTAKES, OTHER, SPARED, Watch

if TYPE_CHECKING:
    from indoubt.specs.language.nodes import Node
    from indoubt.specs.language.systems import System

DOWN = "{} is down"
NEEDED = "the detector needs {} to stay up"
KEPT = "the detector {} keeps its promise already"


def answer(state: System, part: Part, address: Any, question: Question, other: Any) -> bool:
    """What the detector of a run tells a node. Raises TypeError where it does not answer that."""
    __tracebackhide__ = True
    detector = type(state).__detector__
    if detector is None or detector.question != question:
        has = "no detector" if detector is None else f"the detector {detector}, which answers `{detector.question}`"
        raise TypeError(f"`{part.cls.__name__}` asks `{question}`, and the run has {has}")
    told = _told(state, part, address)
    return bool(told == other if question == "trusts" else other in (told or ()))


def may_crash(state: System, part: Part, address: Any) -> bool:
    """Whether a node may crash as far as the detector is concerned: one that it watches has to be correct."""
    watch = type(state).__watch__
    if watch is None or not watch.detector.needs_correct or part not in watch.watched:
        return True
    others = (one for one in _watched(state, watch) if one != address)
    return _chosen(state, watch) != address and any(is_up(state, watch, one) for one in others)


def suspect(state: System, watch: Watch, plan: Plan, node: Node[Any], other: Any) -> None:
    """A node suspects one that has crashed."""
    __tracebackhide__ = True
    held = _unsuspected(state, plan, node, other)
    enabled_if(not is_up(state, watch, other), "{} is up", other)
    held.add(other)


def suspect_wrongly(state: System, watch: Watch, plan: Plan, node: Node[Any], other: Any) -> None:
    """A node suspects one that is up, where the class permits it."""
    __tracebackhide__ = True
    held = _unsuspected(state, plan, node, other)
    enabled_if(is_up(state, watch, other), DOWN, other)
    enabled_if(
        _may_be_wrong(state, watch, node, other), "the detector {} is not wrong about {} now", watch.detector, other
    )
    if watch.detector.mistakes is not None:
        left = getattr(state, MISTAKES)
        enabled_if(left > 0, "no mistakes of the detector are left")
        setattr(state, MISTAKES, left - 1)
    held.add(other)


def trust_again(state: System, watch: Watch, plan: Plan, node: Node[Any], other: Any) -> None:
    """A node takes back its suspicion: that of a crashed one before the promise of the class begins, no later."""
    __tracebackhide__ = True
    enabled_if(node.is_up, DOWN, node.address)
    assert plan.part is not None
    held = _told(state, plan.part, node.address)
    enabled_if(other in held, "{} does not suspect {}", node.address, other)
    match watch.detector.kind:
        case "eventually-P":
            enabled_if(not getattr(state, GST), KEPT, watch.detector)
        case "eventually-S":
            enabled_if(getattr(state, SPARED) is None or is_up(state, watch, other), DOWN, other)
        case "timeout":
            enabled_if(is_up(state, watch, other), DOWN, other)
            enabled_if(not _is_cut_off(state, watch, node, other), "{} does not hear {}", node.address, other)
        case _:
            enabled_if(is_up(state, watch, other), DOWN, other)
    held.remove(other)


def trust(state: System, watch: Watch, plan: Plan, node: Node[Any], other: Any) -> None:
    """Omega, before its promise begins: a node trusts any other, or itself."""
    __tracebackhide__ = True
    enabled_if(node.is_up, DOWN, node.address)
    assert plan.part is not None
    enabled_if(_told(state, plan.part, node.address) != other, "{} trusts {} already", node.address, other)
    enabled_if(getattr(state, LEADER) is None, KEPT, watch.detector)
    _tell(state, plan.part, node.address, other)


def spare(state: System, watch: Watch, plan: Plan, other: Any) -> None:
    """S: a node is chosen that never crashes and is never suspected, before anyone is wrong."""
    __tracebackhide__ = True
    enabled_if(getattr(state, SPARED) is None, KEPT, watch.detector)
    enabled_if(is_up(state, watch, other), DOWN, other)
    setattr(state, SPARED, other)


def gst(state: System, watch: Watch, plan: Plan, other: Any = None) -> None:
    """From now on the detector keeps its promise; what contradicts it is taken back."""
    __tracebackhide__ = True
    if watch.detector.kind == "eventually-P":
        enabled_if(not getattr(state, GST), KEPT, watch.detector)
        setattr(state, GST, True)
        for part, address in _asking(state, watch):
            held = _told(state, part, address)
            for one in [one for one in held if is_up(state, watch, one)]:
                held.remove(one)
        return
    enabled_if(_chosen(state, watch) is None, KEPT, watch.detector)
    enabled_if(is_up(state, watch, other), DOWN, other)
    setattr(state, LEADER if watch.detector.kind == "Omega" else SPARED, other)
    for part, address in _asking(state, watch):
        if watch.detector.kind == "Omega":
            _tell(state, part, address, other)
        else:
            _told(state, part, address).discard(other)


OF_NODES: dict[str, Callable[[System, Watch, Plan, Node[Any], Any], None]] = {
    "suspect": suspect,
    "suspect_wrongly": suspect_wrongly,
    "trust_again": trust_again,
    "trust": trust,
}
OF_ALL: dict[str, Callable[..., None]] = {"spare": spare, "gst": gst}


def take(state: System, plan: Plan, node: Node[Any] | None, given: dict[str, Any]) -> None:
    """Take a step of the detector."""
    __tracebackhide__ = True
    watch = type(state).__watch__
    assert watch is not None
    if node is None:
        OF_ALL[plan.kind](state, watch, plan, *given.values())
    else:
        OF_NODES[plan.kind](state, watch, plan, node, given[OTHER])


def is_up(state: System, watch: Watch, address: Any) -> bool:
    """Whether a node that is watched is up."""
    part = watch.layout.part_at(address)
    assert part is not None
    held = getattr(state, part.variable("is_up"), True)
    return bool(held if isinstance(held, bool) else held[address])


def _may_be_wrong(state: System, watch: Watch, node: Node[Any], other: Any) -> bool:
    match watch.detector.kind:
        case "eventually-P":
            return not getattr(state, GST)
        case "S":
            return getattr(state, SPARED) not in (None, other)
        case "eventually-S":
            return bool(getattr(state, SPARED) != other)
        case _:
            return _is_cut_off(state, watch, node, other)


def _is_cut_off(state: System, watch: Watch, node: Node[Any], other: Any) -> bool:
    """Whether a node does not hear another one because of a partition."""
    asker, target = watch.layout.part_at(node.address), watch.layout.part_at(other)
    assert asker is not None
    assert target is not None
    ends = watch.heard(asker, target)
    if ends is None or not hasattr(state, cut_name(ends[0].name, ends[1].name)):
        return False
    return links.is_cut(state, *((other, node.address) if ends[1] is asker else (node.address, other)))


def _unsuspected(state: System, plan: Plan, node: Node[Any], other: Any) -> Any:
    """Whom a node suspects, where it is up and the other is not among them."""
    __tracebackhide__ = True
    enabled_if(node.is_up, DOWN, node.address)
    enabled_if(other != node.address, "{} does not suspect itself", other)
    assert plan.part is not None
    held = _told(state, plan.part, node.address)
    enabled_if(other not in held, "{} suspects {} already", node.address, other)
    return held


def _chosen(state: System, watch: Watch) -> Any:
    return getattr(state, LEADER if watch.detector.kind == "Omega" else SPARED)


def _told(state: System, part: Part, address: Any) -> Any:
    """What a node is told; None where nothing is."""
    watch = type(state).__watch__
    if watch is None or part.name not in watch.targets:
        return None
    held = getattr(state, watch.variable(part))
    return held[address] if part.is_many else held


def _tell(state: System, part: Part, address: Any, whom: Any) -> None:
    watch = type(state).__watch__
    assert watch is not None
    if part.is_many:
        getattr(state, watch.variable(part))[address] = whom
    else:
        setattr(state, watch.variable(part), whom)


def _asking(state: System, watch: Watch) -> Iterator[tuple[Part, Any]]:
    return ((part, address) for part in watch.askers for address in _addresses(part))


def _watched(state: System, watch: Watch) -> Iterator[Any]:
    return (address for part in watch.watched for address in _addresses(part))


def _addresses(part: Part) -> Iterable[Any]:
    addresses: Iterable[Any] = part.sort
    return addresses

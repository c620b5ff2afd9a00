"""Who watches whom: what the nodes of a system ask their failure detector, and the state and steps that it needs.

Only what handlers ask about is kept. `rms.suspects` is the set of those whom a node suspects, `rms.trusts` whom it
trusts; a suspicion is a step. Exact up to what no node can make use of: nobody suspects itself, and a suspicion that
is right is taken back before `gst` alone; a node could remember it, and so lose nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from indoubt.specs.language.detectors import Detector
from indoubt.specs.language.fairness import Fairness
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.layout import ADDRESS, Layout, Part
from indoubt.specs.language.machine import Fault, Role
from indoubt.specs.language.marks import Between, PerNode
from indoubt.specs.language.questions import questions_of
from indoubt.specs.language.selectors import crashing_parts
from indoubt.specs.language.steps import Plan, Told, Variables
from indoubt.specs.language.values import Set, empty, every

OTHER = "other"
"""The parameter of a step of the detector: the node that is suspected, trusted or spared."""
SPARE_STEP, GST_STEP = "detector.spare", "detector.gst"
"""The steps that no node takes."""
GST, SPARED, LEADER, MISTAKES = "detector.is_stable", "detector.spared", "detector.leader", "detector.mistakes_left"


@dataclass(frozen=True)
class Watch:
    """A detector in a system: the parts that ask it, and whom each asks about; empty where nobody asks."""

    layout: Layout
    detector: Detector
    targets: Mapping[str, tuple[str, ...]]

    @property
    def askers(self) -> Iterator[Part]:
        """The nodes that ask."""
        return (self.layout.parts[name] for name in self.targets)

    @property
    def watched(self) -> tuple[Part, ...]:
        """The nodes that are asked about."""
        names = {name for targets in self.targets.values() for name in targets}
        return tuple(part for part in self.layout.parts.values() if part.name in names)

    def of(self, asker: Part) -> tuple[Part, ...]:
        """Whom the nodes of a part ask about."""
        return tuple(self.layout.parts[name] for name in self.targets[asker.name])

    def variable(self, asker: Part) -> str:
        """The state variable with what the nodes of a part are told."""
        return asker.variable(self.detector.question)

    def heard(self, asker: Part, target: Part) -> tuple[Part, Part] | None:
        """The link by whose being cut a node does not hear another: the one from it, or where there is none, to it."""
        found = ((target, asker), (asker, target))
        return next((ends for ends in found if (ends[0].name, ends[1].name) in self.layout.links), None)


def watch_of(layout: Layout, detector: Detector | None) -> Watch | None:
    """The detector of a run in a system; None where the run has none, or nobody asks it."""
    if detector is None:
        return None
    asked = {name: targets for name, targets in questions_of(layout)[detector.question].items() if targets}
    if detector.kind == "Omega":  # there is one leader for all
        union = {name for targets in asked.values() for name in targets}
        asked = dict.fromkeys(asked, tuple(name for name in layout.parts if name in union))
    return Watch(layout, detector, asked) if asked else None


def variables_of_watch(watch: Watch, faults: Faults, found: Variables) -> None:
    """Add the state of a detector to that of a system."""
    system, detector = watch.layout.system, watch.detector

    def declare(name: str, annotation: Any, first: Any) -> None:
        found.declarations[name] = (system, annotation)
        found.first[name] = first

    for asker in watch.askers:
        nodes: Any = union_of(watch.of(asker))
        total: Any = Set
        held, first = (nodes | None, None) if detector.kind == "Omega" else (total[nodes], empty())
        name = watch.variable(asker)
        declare(name, PerNode(asker.sort, held) if asker.is_many else held, every(first) if asker.is_many else first)
    if detector.kind == "eventually-P":
        declare(GST, bool, False)
    elif detector.needs_correct:
        declare(LEADER if detector.kind == "Omega" else SPARED, union_of(watch.watched) | None, None)
    if detector.mistakes:
        declare(MISTAKES, Annotated[int, Between(0, detector.mistakes)], detector.mistakes)


def plans_of_watch(watch: Watch, faults: Faults) -> Iterator[Plan]:
    """The steps of a detector. Those that its completeness promises are fair: a crash is noticed in the end."""
    kind = watch.detector.kind
    for asker in watch.askers:
        if kind == "Omega":
            yield _of_node(watch, asker, "trust", None)
            continue
        each = Fairness("weak", (*([ADDRESS] if asker.is_many else []), OTHER))
        crashing = crashing_parts(watch.layout, faults) if faults.crashes or faults.torn else ()
        if any(part in crashing for part in watch.of(asker)):
            yield _of_node(watch, asker, "suspect", Role("action", fairness=each))
        is_cut = faults.partitions is not None and faults.partitions.times > 0
        if kind == "timeout" and is_cut and any(watch.heard(asker, part) for part in watch.of(asker)):
            yield _of_node(watch, asker, "suspect_wrongly", Role("action", fault=Fault.MISTAKE, fairness=each))
            yield _of_node(watch, asker, "trust_again", Role("action", fairness=each))
        if kind in ("eventually-P", "S", "eventually-S"):
            if watch.detector.mistakes != 0:
                yield _of_node(watch, asker, "suspect_wrongly", Role("action", fault=Fault.MISTAKE))
            yield _of_node(watch, asker, "trust_again", None)
    nodes = {OTHER: union_of(watch.watched)}
    if kind == "S":
        yield Plan(SPARE_STEP, "spare", Role("action"), nodes, {})
    if watch.detector.has_gst:
        role = Role("action", fairness=Fairness("weak"))
        yield Plan(GST_STEP, "gst", role, {} if kind == "eventually-P" else nodes, {})


def union_of(parts: Iterable[Part]) -> Any:
    """The annotation of an address of one of some parts."""
    first, *rest = (part.sort for part in parts)
    union: Any = first
    for one in rest:
        union = union | one
    return union


def refuse_detector(layout: Layout, detector: Detector | None, faults: Faults, sizes: Mapping[str, int]) -> None:
    """Raise ValueError where the faults of a run are outside of what a detector is defined for."""
    watch = watch_of(layout, detector)
    is_wanted = watch is not None or detector != getattr(layout.system, "detector", None)
    if detector is not None and is_wanted and faults.byzantine:
        what = f"byzantine={faults.byzantine} is not possible with the detector {detector}"
        why = "its class is defined for nodes that crash, and assumes that none lies"
        edit = (
            "ask for crashes in place of byzantine, or leave the detector out and give up on nodes with `@on_timeout`"
        )
        raise ValueError(f"{what}: {why}; {edit}")
    if watch is None or detector is None:
        return
    for name, budget in (("restarts", faults.restarts), ("amnesias", faults.amnesias)):
        if budget:
            why = "its class is defined for nodes that crash for good"
            raise ValueError(f"{name}={budget} is not possible with the detector {detector}: {why}; leave one out")
    nodes = {part.name: sizes.get(part.sort.__name__) or len(part.sort) for part in watch.watched}
    if detector.needs_correct and set(nodes) <= set(layout.may_crash):
        others = sum(
            sizes.get(layout.parts[name].sort.__name__) or len(layout.parts[name].sort)
            for name in layout.may_crash
            if name not in nodes
        )
        most = sum(nodes.values()) - 1 + others
        if faults.crashes + faults.torn > most:
            what = f"crashes={faults.crashes + faults.torn} is not possible with the detector {detector}"
            raise ValueError(f"{what}: one of the nodes that it watches never crashes; the most is crashes={most}")


def _of_node(watch: Watch, asker: Part, kind: Told, role: Role | None) -> Plan:
    given = role or Role("action")
    by = ADDRESS if asker.is_many else str(asker.address)
    taken = Role(given.kind, fault=given.fault, by=by, fairness=given.fairness)
    own = {ADDRESS: asker.sort} if asker.is_many else {}
    is_taken = inspect.getattr_static(asker.cls, kind, None) is not None  # a name of the author
    name = asker.variable(f"detector.{kind}" if is_taken else kind)
    return Plan(name, kind, taken, {**own, OTHER: union_of(watch.of(asker))}, {}, asker)

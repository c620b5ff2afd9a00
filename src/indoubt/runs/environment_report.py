"""What a verdict says of the environment of a run: its network and links, its failure detector, and who may fail."""

from __future__ import annotations

from indoubt.specs.language.display import show
from indoubt.specs.language.environment_words import unasked
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.groups import named_groups
from indoubt.specs.language.layout import Layout
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.partition import Partition, Shape
from indoubt.specs.language.steps import is_lossy
from indoubt.specs.language.systems import System

CUTS: dict[Shape, str] = {
    "split": "splits it into two groups",
    "one_way": "cuts all links from one group to another",
    "isolate": "cuts off one node",
    "partial": "cuts two groups off from each other, and a third reaches both",
    "bridge": "cuts it in halves that one node sees both of",
    "majorities_ring": "leaves each node a majority that it hears, and no two the same",
}
"""The shapes of partitions in words."""
LATE = "; disks are late, and a crash takes what a node wrote in its last step"


def unasked_detector(spec: type[Spec]) -> list[str]:
    """Why a verdict says nothing about the detector that the run asks for, where no node asks it."""
    found = unasked(spec) if issubclass(spec, System) else None
    if found is None:
        return []
    what = f"detector={found} was asked for, but no handler asks `self.{found.question}(...)`"
    return [f"{what}: the run says nothing about it"]


def links_text(spec: type[Spec]) -> str | None:
    """What the links of a system promise in words; None where nothing is said of them."""
    return spec.__promised__.told if issubclass(spec, System) and spec.__promised__ is not None else None


def detector_text(spec: type[Spec]) -> str | None:
    """The failure detector of a system in words; None where there is none, or nobody asks that of the system."""
    if not issubclass(spec, System):
        return None
    if (found := unasked(spec)) is not None:
        return f"{found}: no handler asks `self.{found.question}(...)`, so it changes nothing"
    return None if spec.__watch__ is None else spec.__watch__.detector.told


def _listed(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _whom(faults: Faults) -> str:
    """Who may fail, where the run says so, and how Byzantine nodes lie."""
    ways = [
        (faults.stops > 0, "crashes", "down"),
        (faults.byzantine > 0, "turns Byzantine", "Byzantine"),
        (faults.pauses > 0, "pauses", "paused"),
        (faults.isolates, "is cut off", "cut off"),
    ]
    fails = _listed([verb for is_asked, verb, _ in ways if is_asked])
    failed = _listed([state for is_asked, _, state in ways if is_asked])
    alike = "; a Byzantine node says the same to all nodes of a class" if faults.is_consistent else ""
    match faults.who:
        case "any":
            return alike
        case "one":
            return f"{alike}; one node is {failed} at a time"
        case "minority" | "majority":
            return f"{alike}; a {faults.who} of each class of nodes is {failed} at a time, at most"
        case _:
            return f"{alike}; a node {fails} while its {faults.who} is true"


def _cut_text(layout: Layout, partition: Partition) -> str:
    """What a partition does, with the nodes that the run names."""
    groups = [", ".join(map(show, group)) for group in named_groups(layout, partition)]
    if not groups:
        return CUTS[partition.shape]
    match partition.shape:
        case "isolate":
            return f"cuts off {groups[0]}"
        case "one_way":
            return f"cuts all links from {groups[0]} to {groups[1]}"
        case "bridge":
            return f"cuts it in halves that {groups[0]} alone sees both of"
        case "majorities_ring":
            return f"leaves each node, in the ring {groups[0]}, a majority that it hears, and no two the same"
        case "partial":
            return f"cuts {groups[0]} and {groups[1]} off from each other, and the others reach both"
        case _:
            return f"splits it into {' | '.join(groups)}"


def network_text(spec: type[Spec]) -> str | None:
    """The network of a system in words; None of a state machine."""
    if not issubclass(spec, System):
        return None
    network, cut = spec.__network__, _whom(spec.__faults__) + LATE * spec.__faults__.has_late_disks
    if spec.__faults__.partitions is not None:
        fate = "lost" if is_lossy(network, spec.__faults__) else "kept until it is whole"
        shape = _cut_text(spec.__layout__, spec.__faults__.partitions)
        cut += f"; a partition {shape}, and messages on links that it cuts are {fate}"
    if not network.is_consuming:
        return f"soup: a message may be lost, repeated, delayed and overtaken{cut}"
    order = "each copy delivered once, in any order" if network.kind == "bag" else "in order from each node to each"
    full = "a step that sends more is not taken" if network.full == "block" else "what is sent beyond that is lost"
    count = f"{network.capacity} message{'s' * (network.capacity != 1)}"
    return f"{network.kind}: {order}; a link holds {count}, {full}{cut}"

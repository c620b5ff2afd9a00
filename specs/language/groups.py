"""The nodes that a partition names: which they are, of the nodes that there are, and which links it cuts between them.

A run names nodes by their addresses, `Participant(1)`, or by the names of these, `Participant1`, or `1` where one class
of nodes sends and receives alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from indoubt.specs.language.cuts import ACROSS, BRIDGE, CUTS, RING, SIDE
from indoubt.specs.language.layout import Layout, Part, linked_parts
from indoubt.specs.language.partition import NAMING, Groups, Partition, Shape
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.values import Set

COMPLETE: tuple[Shape, ...] = ("split", "one_way", "majorities_ring")
"""The shapes whose groups have every node in one of them."""


def named_groups(layout: Layout, partition: Partition) -> Groups:
    """The addresses in the groups of a partition that names its nodes. Raises ValueError for what is no node."""
    return tuple(tuple(_address(layout, partition, one) for one in group) for group in partition.groups)


def examples_of(layout: Layout) -> Mapping[Shape, str]:
    """Groups of nodes of a system, as a run may write them: by numbers where one class of nodes sends and receives."""
    parts = linked_parts(layout)
    if len(parts) < 2:
        return NAMING
    one, other, *more = [name for part in parts for name in _examples(part)]
    rest = ",".join([other, *more[:1]])
    return {
        "split": f"{one}|{rest}",
        "one_way": f"one_way:{one}|{rest}",
        "isolate": f"isolate:{one}",
        "partial": f"partial:{one}|{other}",
        "bridge": f"bridge:{one}",
        "majorities_ring": f"majorities_ring:{one},{rest}",
    }


def fixed_choices(shape: Shape, groups: Groups) -> dict[str, Any]:
    """The choices of a partition that the nodes which a run names stand for; none of a split, of several groups."""
    match shape:
        case "split":
            return {}
        case "isolate":
            return {SIDE: groups[0][0]}
        case "bridge":
            return {BRIDGE: groups[0][0]}
        case "majorities_ring":
            first, *rest = groups[0]
            return {RING: dict(zip(groups[0], (*rest, first), strict=True))}
        case _:
            return {SIDE: Set(groups[0]), ACROSS: Set(groups[1])}


def is_cut_between(partition: Partition, groups: Groups, one: Any, other: Any) -> bool:
    """Whether the link from a node to another is cut, by the groups that are named."""
    if partition.shape == "majorities_ring":
        return CUTS[partition.shape](fixed_choices(partition.shape, groups), one, other)
    place = {node: number for number, group in enumerate(groups) for node in group}
    match partition.shape:
        case "isolate":
            return (one in place) != (other in place)
        case "one_way":
            return place.get(one) == 0 and place.get(other) == 1
        case _:  # of a partial one, whoever is not named reaches both groups
            return one in place and other in place and place[one] != place[other]


def refuse_wrong_groups(layout: Layout, partition: Partition, sizes: Mapping[str, int]) -> None:
    """Raise ValueError for groups that have a node twice, one that there is not, or lack one."""
    groups = named_groups(layout, partition)
    if not groups:
        return
    parts = linked_parts(layout)
    there_are = [member for part in parts for member in _members(part, sizes)]
    listed = f"the nodes that send or receive are {', '.join(map(str, there_are))}"
    asked = f"partition={partition.told_shape} is not possible"
    named = [node for group in groups for node in group]
    strange = [node for node in named if node not in there_are]
    if strange:
        raise ValueError(f"{asked}: there is no {strange[0]}; {listed}")
    twice = [node for node, count in Counter(named).items() if count > 1]
    if twice:
        raise ValueError(
            f"{asked}: {twice[0]} is named {Counter(named)[twice[0]]} times; name each node once: {listed}"
        )
    missing = [node for node in there_are if node not in named]
    if missing and partition.shape in COMPLETE:
        are = "is" if len(missing) == 1 else "are"
        where = "not in the ring" if partition.shape == "majorities_ring" else "in no group"
        what = f"{asked}: {', '.join(map(str, missing))} {are} {where}"
        them = "in it" if partition.shape == "majorities_ring" else "in one of them"
        raise ValueError(f"{what}; {partition.shape} has every node {them}: {listed}")
    if not missing and partition.shape == "partial":
        what = f"{asked}: no node is left that reaches both groups"
        raise ValueError(f"{what}; leave one out, or write partition={partition.told_shape.partition(':')[2]}")


def _members(part: Part, sizes: Mapping[str, int]) -> Iterable[Any]:
    """The addresses of a part in a run."""
    sort: Any = part.sort
    if issubclass(sort, Enum):
        return list(sort)
    return [sort(index) for index in range(sizes.get(sort.__name__) or sort.fixed_size or 0)]


def _address(layout: Layout, partition: Partition, given: Any) -> Any:
    """The address that is meant. Raises ValueError."""
    parts = linked_parts(layout)
    if not isinstance(given, str | int) or isinstance(given, bool | Enum):
        if any(isinstance(given, part.sort) for part in parts):
            return given
    else:
        for part in parts:
            found = _of_part(part, str(given), is_only=len(parts) == 1)
            if found is not None:
                return found
    examples = ", ".join(_examples(part)[0] for part in parts) or "none"
    what = f"partition={partition.told_shape} is not possible: {given} is no node that sends or receives"
    raise ValueError(f"{what}; nodes are named as in {examples}")


def _of_part(part: Part, text: str, *, is_only: bool) -> Any:
    """The node of a part with a name; None where it has none such."""
    sort: Any = part.sort
    if issubclass(sort, Enum):
        return next((one for one in sort if one.name.lower() == text.lower()), None)
    assert issubclass(sort, Sort)
    if text.lower() == sort.__name__.lower() and not part.is_many:
        return part.address
    named = rf"({re.escape(sort.__name__)})?\(?([0-9]{{1,9}})\)?"
    found = re.fullmatch(named, text, re.IGNORECASE)
    if found is None or not (found[1] or is_only):
        return None
    try:
        return sort(int(found[2]))
    except ValueError:
        return None


def _examples(part: Part) -> list[str]:
    """The names of the first nodes of a part, two where there are several."""
    sort: Any = part.sort
    if issubclass(sort, Enum):
        return [str(one.name) for one in sort][:2]
    return [f"{sort.__name__}{number}" for number in range(2 if part.is_many else 1)]

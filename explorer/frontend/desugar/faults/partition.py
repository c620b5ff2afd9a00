"""A partition and its end: links are cut, as its shape says, until the network is whole again.

The state says of each link whether it is cut, and not how it came to be: choices that cut the same links are the same.
What each shape means in plain Python is in `specs.language.cuts`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any

from indoubt.explorer.frontend.desugar.functions import parameter
from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.cuts import ACROSS, BRIDGE, RING, SIDE
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.groups import is_cut_between, named_groups
from indoubt.specs.language.layout import Part, linked_parts
from indoubt.specs.language.partition import Partition, Shape
from indoubt.specs.language.selectors import isolated_parts

CHOICES: dict[Shape, dict[str, str]] = {
    "split": {SIDE: "Set[{nodes}]"},
    "one_way": {SIDE: "Set[{nodes}]"},
    "isolate": {SIDE: "{nodes}"},
    "partial": {SIDE: "Set[{nodes}]", ACROSS: "Set[{nodes}]"},
    "bridge": {BRIDGE: "{nodes}", SIDE: "Set[{nodes}]"},
    "majorities_ring": {RING: "Permutation[{nodes}]"},
}
"""The parameters of each shape with their annotations."""

SEPARATED: dict[Shape, str] = {
    "split": f"(ONE in {SIDE}) != (OTHER in {SIDE})",
    "one_way": f"ONE in {SIDE} and OTHER not in {SIDE}",
    "partial": f"(ONE in {SIDE} and OTHER in {ACROSS}) or (ONE in {ACROSS} and OTHER in {SIDE})",
    "bridge": f"ONE != {BRIDGE} and OTHER != {BRIDGE} and (ONE in {SIDE}) != (OTHER in {SIDE})",
    "majorities_ring": (  # how many are heard on either side is told by `cuts.heard_around`, for up to seven nodes
        f"{RING}[ONE] != OTHER and (COUNT < 6 or {RING}[{RING}[ONE]] != OTHER) and (COUNT < 4 or {RING}[OTHER] != ONE)"
    ),
}
"""Whether a link from `ONE` to `OTHER` is cut; no link from a node to itself is asked about."""

FITS: dict[Shape, tuple[str, ...]] = {
    "partial": (
        f"len({SIDE}) > 0 and len({ACROSS}) > 0",
        f"len({SIDE}) + len({ACROSS}) < COUNT",
        f"not any(EACH in {SIDE} and EACH in {ACROSS} for EACH in NODES)",
    ),
    "bridge": (f"{BRIDGE} not in {SIDE}", f"COUNT - 2 <= 2 * len({SIDE})", f"2 * len({SIDE}) <= COUNT - 1"),
    "majorities_ring": (  # a smaller ring inside would have three nodes at most
        f"not any({RING}[EACH] == EACH for EACH in NODES)",
        f"COUNT < 4 or not any({RING}[{RING}[EACH]] == EACH for EACH in NODES)",
        f"COUNT < 6 or not any({RING}[{RING}[{RING}[EACH]]] == EACH for EACH in NODES)",
    ),
}
"""What has to hold of the choices; `COUNT` is how many nodes there are, and `NODES` stands for each part in turn."""


def parameters(places: Places, faults: Faults, at: ast.AST) -> list[ast.arg]:
    """The choices of a partition; none where its nodes are named."""
    partition = faults.partitions
    assert partition is not None
    if not partition.is_open:
        return []
    linked = linked_parts(places.layout)
    nodes = " | ".join(map(places.sort, isolated_parts(places.layout, faults) or linked))
    choices = {name: text for name, text in CHOICES[partition.shape].items() if name != BRIDGE or not partition.groups}
    return [parameter(name, text.format(nodes=nodes), at) for name, text in choices.items()]


def body(places: Places, faults: Faults, is_lost: bool, at: ast.AST) -> list[ast.stmt]:
    """The statements of the step that cuts the network."""
    partition = faults.partitions
    assert partition is not None
    shape, links = partition.shape, places.layout.links
    whole = [one for ends in links for one in _over(places, ends, "require(all(not CUT", at)]
    if partition.is_open:
        fitting = [_bridged(places, partition, text) for text in _fitting(places, shape)]
        tests = [_bridged(places, partition, _separated(places, faults, shape, ends), ends) for ends in links]
    else:
        fitting, tests = [], [_named(places, partition, ends) for ends in links]
    fits = [one for text in fitting for one in places.pair(f"require({text})", None, at)]
    over = zip(tests, places.ends_of_links(), strict=True)
    cuts = " or ".join(f"any({test} for ONE in {a} for OTHER in {b})" for test, (a, b) in over)
    guards = [*whole, *fits, *places.pair(f"require({cuts})", None, at)]
    found = places.spent("partitions", at, then=guards)
    for test, ends in zip(tests, links, strict=True):
        lost = f"\n        if {test}:\n            LINK = EMPTY" if is_lost else ""
        found += places.pair(f"for ONE in FROM:\n    for OTHER in TO:\n        CUT = {test}{lost}", ends, at)
    return found


def _separated(places: Places, faults: Faults, shape: Shape, ends: tuple[str, str]) -> str:
    """The text of whether a link between some parts is cut."""
    if shape == "isolate":
        isolated = [part.name for part in isolated_parts(places.layout, faults)]
        tests = [f"({name} == {SIDE})" for name, end in zip(("ONE", "OTHER"), ends, strict=True) if end in isolated]
        return " != ".join(tests) or "False"
    test = SEPARATED[shape].replace("COUNT", _count(places))
    return f"ONE != OTHER and {test}" if shape == "majorities_ring" and ends[0] == ends[1] else test


def _bridged(places: Places, partition: Partition, text: str, ends: tuple[str, str] | None = None) -> str:
    """A text in which the node that sees both halves of a bridge is the one that the run names, if it names one."""
    if not partition.groups:
        return text
    ((node,),) = named_groups(places.layout, partition)
    for name, end in zip(("ONE", "OTHER"), ends or (), strict=False):
        if not isinstance(node, places.layout.parts[end].sort):
            text = text.replace(f"{name} != {BRIDGE}", "True")
    return re.sub(rf"\b{BRIDGE}\b", places.node(node), text)


def _named(places: Places, partition: Partition, ends: tuple[str, str]) -> str:
    """The text of whether a link between some parts is cut, where the nodes of the groups are named."""
    groups = named_groups(places.layout, partition)
    one, other = (
        [_within(places, places.layout.parts[end], name, group) for group in groups]
        for name, end in zip(("ONE", "OTHER"), ends, strict=True)
    )
    match partition.shape:
        case "isolate":
            return f"({one[0]}) != ({other[0]})"
        case "one_way":
            return f"({one[0]}) and ({other[1]})"
        case "majorities_ring":
            return _in_ring(places, partition, ends)
        case _:
            pairs = [(a, b) for a in range(len(groups)) for b in range(len(groups)) if a != b]
            return f"({' or '.join(f'({one[a]}) and ({other[b]})' for a, b in pairs)})"


def _in_ring(places: Places, partition: Partition, ends: tuple[str, str]) -> str:
    """The text of whether a link between some parts is cut, where the run names the order of the nodes in a ring."""
    groups = named_groups(places.layout, partition)
    of = [[node for node in groups[0] if isinstance(node, places.layout.parts[end].sort)] for end in ends]
    cut = [
        f"(ONE == {places.node(a)} and OTHER == {places.node(b)})"
        for a in of[0]
        for b in of[1]
        if is_cut_between(partition, groups, a, b)
    ]
    return f"({' or '.join(cut) or 'False'})"


def _within(places: Places, part: Part, name: str, group: Iterable[Any]) -> str:
    """The text of whether a node of a part is of a group; a name of its own stands for each node that is named."""
    own = [node for node in group if isinstance(node, part.sort)]
    return " or ".join(f"{name} == {places.node(node)}" for node in own) or "False"


def _fitting(places: Places, shape: Shape) -> Iterator[str]:
    for text in FITS.get(shape, ()):
        counted = text.replace("COUNT", _count(places))
        over = [places.sort(part) for part in linked_parts(places.layout)] if "NODES" in text else [""]
        yield from (counted.replace("NODES", one).replace("EACH", "ONE") for one in over)


def _count(places: Places) -> str:
    return f"({' + '.join(f'len({places.sort(part)})' for part in linked_parts(places.layout))})"


def healed(places: Places, at: ast.AST) -> list[ast.stmt]:
    """The statements of the step that makes the network whole."""
    cut = " or ".join(
        f"any(CUT{number} for ONE in {a} for OTHER in {b})" for number, (a, b) in enumerate(places.ends_of_links())
    )
    found = places.pair(f"require({cut})", None, at)
    for ends in places.layout.links:
        found += places.pair("for ONE in FROM:\n    for OTHER in TO:\n        CUT = False", ends, at)
    return found


def _over(places: Places, ends: tuple[str, str], text: str, at: ast.AST) -> list[ast.stmt]:
    return places.pair(f"{text} for ONE in FROM for OTHER in TO))", ends, at)

"""A partition and its end: links are cut, by the sides on which their ends are, until the network is whole again.

The state says of each link whether it is cut, and not who is on which side: sides that cut the same links are the same.
"""

from __future__ import annotations

import ast

from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.partition import Partition
from indoubt.specs.language.steps import SIDE

SEPARATED = {
    "split": f"(ONE in {SIDE}) != (OTHER in {SIDE})",
    "one_way": f"ONE in {SIDE} and OTHER not in {SIDE}",
    "isolate": f"(ONE == {SIDE}) != (OTHER == {SIDE})",
}
"""Whether a link from `ONE` to `OTHER` is cut; `isolate` cuts off a node, the others what is on one side."""


def body(places: Places, partition: Partition, is_lost: bool, at: ast.AST) -> list[ast.stmt]:
    """The statements of the step that cuts the network."""
    whole = [one for ends in places.layout.links for one in _over(places, ends, "require(all(not CUT", at)]
    test = SEPARATED[partition.shape]
    cuts = " or ".join(f"any({test} for ONE in {a} for OTHER in {b})" for a, b in places.ends_of_links())
    found = places.spent("partitions", at, then=[*whole, *places.pair(f"require({cuts})", None, at)])
    for ends in places.layout.links:
        lost = f"\n        if {test}:\n            LINK = EMPTY" if is_lost else ""
        found += places.pair(f"for ONE in FROM:\n    for OTHER in TO:\n        CUT = {test}{lost}", ends, at)
    return found


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

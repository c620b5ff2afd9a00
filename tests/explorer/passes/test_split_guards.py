"""A conjunction in a guard becomes one guard for each operand: printed machines before and after."""

from __future__ import annotations

from spec_texts import lowered, section

from indoubt.explorer.passes.split_guards import split_guards

MACHINE = lowered(
    """
    @action
    def step(self, n: Node) -> None:
        require(self.on and (n in self.seen and self.count > 0))
        require(self.on or self.count > 0 and self.count < 2)
        if self.on:
            require(n in self.seen and self.count < 2)
        self.guard(n)
        for o in Node:
            require(o in self.seen and o != n)

    def guard(self, n: Node) -> None:
        require(n in self.seen and self.rank is None)

    @invariant
    def fine(self) -> bool:
        return self.on and self.count > 0
    """
)

BEFORE = """\
action step(n: Node):
    require (on and ((n in seen) and (0 < count)))
    require (on or ((0 < count) and (count < 2)))
    if on:
        require ((n in seen) and (count < 2))
    block:
        let n = n
        require ((n in seen) and (rank is a None))
    for o in Node:
        require ((o in seen) and not (o == n))"""

AFTER = """\
action step(n: Node):
    require on
    require (n in seen)
    require (0 < count)
    require (on or ((0 < count) and (count < 2)))
    if on:
        require (n in seen)
        require (count < 2)
    block:
        let n = n
        require (n in seen)
        require (rank is a None)
    for o in Node:
        require (o in seen)
        require not (o == n)"""


def test_conjunctions_in_guards_are_split_in_order() -> None:
    """At any depth, in branches, helpers and loops; a disjunction stays whole."""
    assert section(MACHINE, "step") == BEFORE
    assert section(split_guards(MACHINE), "step") == AFTER


def test_the_parts_of_a_guard_keep_its_place_in_the_source() -> None:
    """What is said about a guard points to the line that the author wrote."""
    whole = next(one for one in MACHINE.actions if one.name == "step")
    parts = next(one for one in split_guards(MACHINE).actions if one.name == "step")
    assert [getattr(part, "span", None) for part in parts.body[:3]] == [getattr(whole.body[0], "span", None)] * 3


def test_properties_are_left_alone() -> None:
    """They are no guards."""
    assert split_guards(MACHINE).properties == MACHINE.properties

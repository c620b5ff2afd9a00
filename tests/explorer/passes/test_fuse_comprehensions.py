"""Comprehensions over comprehensions become one: printed machines before and after, and the same steps."""

from __future__ import annotations

import pytest
from spec_texts import lowered, section

from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.passes.fuse_comprehensions import fuse_comprehensions
from indoubt.explorer.search.breadth_first import explore

MACHINE = lowered(
    """
    def others(self, n: Node):
        return {o for o in self.seen if o != n}

    @action
    def join(self, n: Node) -> None:
        self.seen.add(n)

    @action
    def meet(self, n: Node) -> None:
        require(any(o in self.seen for o in self.others(n)))
        self.on = not self.on

    @action
    def agree(self, n: Node) -> None:
        require(all(o in self.seen for o in self.others(n)))
        require(len({o for o in self.others(n) if o in self.seen}) < 3)
        self.rank = first(Rank)

    @action
    def climb(self, n: Node) -> None:
        require(any(r.next() == last(Rank) for r in {r for r in Rank if r < last(Rank)}))
        self.on = True
    """
)


def test_a_quantifier_ranges_over_what_the_comprehension_does() -> None:
    """Its condition stands before what is asked."""
    assert (
        section(fuse_comprehensions(MACHINE), "meet")
        == """\
action meet(n: Node):
    require any((not (o == n) and (o in seen)) for o in seen)
    on := not on"""
    )


def test_all_of_some_is_all_or_not_of_them() -> None:
    """And a set of some of a set is a set of those that meet both conditions."""
    assert (
        section(fuse_comprehensions(MACHINE), "agree")
        == """\
action agree(n: Node):
    require all(((o == n) or (o in seen)) for o in seen)
    require (len({o for o in seen if (not (o == n) and (o in seen))}) < 3)
    rank := Rank0"""
    )


def test_what_may_fail_stays_where_it_is() -> None:
    """A rank that has no next one is looked for only among those that were taken."""
    assert section(fuse_comprehensions(MACHINE), "climb") == section(MACHINE, "climb")


@pytest.mark.parametrize("name", ["meet", "agree"])
def test_the_steps_are_the_same(name: str) -> None:
    """In every state."""
    before, after = (explore(Reference(machine)) for machine in (MACHINE, fuse_comprehensions(MACHINE)))
    assert before.counts == after.counts
    assert before.taken[name] == after.taken[name]
    assert before.levels == after.levels

"""Guards behind local names stand before them: printed machines before and after, and the same steps."""

from __future__ import annotations

import pytest
from spec_texts import lowered, section

from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.passes.lift_guards import lift_guards
from indoubt.explorer.search.breadth_first import explore

MACHINE = lowered(
    """
    @action
    def meet(self, n: Node, o: Node) -> None:
        both = self.seen | {n}
        size = len(both)
        require(n not in self.seen)
        require(o in both and size < 3)
        self.seen = both

    @action
    def climb(self, r: Rank) -> None:
        require(self.rank is not None)
        above = self.rank.next()
        require(self.on)
        require(r == above)
        self.rank = r

    @action
    def start(self) -> None:
        self.rank = first(Rank)
        self.on = not self.on

    @action
    def choose(self, n: Node) -> None:
        if self.on:
            require(n in self.seen)
        known = self.seen
        require(n in known)
        self.on = False
    """
)


def test_a_guard_is_lifted_over_a_value_that_can_always_be_computed() -> None:
    """With the value in place of the name, also where one name is made of another; the names stay for the rest."""
    assert (
        section(lift_guards(MACHINE), "meet")
        == """\
action meet(n: Node, o: Node):
    require not (n in seen)
    require ((o in (seen | {n})) and (len((seen | {n})) < 3))
    let both = (seen | {n})
    let size = len(both)
    seen := both"""
    )


@pytest.mark.parametrize("name", ["climb", "choose"])
def test_a_guard_stays_behind_what_may_stop_a_step(name: str) -> None:
    """The next rank may be a bound, which the verdict names whether or not the guard holds; a branch is no name."""
    assert section(lift_guards(MACHINE), name) == section(MACHINE, name)


def test_the_steps_stay_the_same() -> None:
    """Counts and bounds."""
    before, after = explore(Reference(MACHINE)), explore(Reference(lift_guards(MACHINE)))
    assert before.counts == after.counts
    assert before.bounds == after.bounds == (("Rank.next()", "climb"),)

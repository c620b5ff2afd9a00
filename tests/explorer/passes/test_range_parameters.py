"""A parameter that a guard finds in a set ranges over that set: printed machines before and after."""

from __future__ import annotations

import pytest
from spec_texts import lowered, section

from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.passes.range_parameters import range_parameters
from indoubt.explorer.search.breadth_first import explore

MACHINE = lowered(
    """
    @action
    def take(self, h: Hello) -> None:
        require(self.on)
        require(h in self.msgs)
        require(h.color is self.color)
        self.msgs.discard(h)

    @action
    def late(self, h: Hello) -> None:
        if self.on:
            require(h in self.msgs)
        self.on = False

    @action
    def both(self, n: Node, o: Node) -> None:
        require(n in self.seen)
        require(o in self.seen)
        require(o in self.seen | {n})
        self.on = False

    @action
    def backwards(self, n: Node, o: Node) -> None:
        require(n in {o} | self.seen)
        self.on = False

    @action
    def absent(self, n: Node) -> None:
        require(n not in self.seen)
        self.on = False

    @action
    def anything(self, m: Hello | Bye) -> None:
        require(m in self.msgs)
        self.on = False
    """
)

CASES = {
    "take": (
        """\
action take(h: Hello):
    require on
    require ((h as Hello | Bye) in msgs)
    require (h.color == color)
    msgs := (msgs - {(h as Hello | Bye)})""",
        """\
action take(h: Hello in msgs):
    require on
    require (h.color == color)
    msgs := (msgs - {(h as Hello | Bye)})""",
    ),
    "both": (
        """\
action both(n: Node, o: Node):
    require (n in seen)
    require (o in seen)
    require (o in (seen | {n}))
    on := False""",
        """\
action both(n: Node in seen, o: Node in seen):
    require (o in (seen | {n}))
    on := False""",
    ),
    "anything": (
        """\
action anything(m: Hello | Bye):
    require (m in msgs)
    on := False""",
        """\
action anything(m: Hello | Bye in msgs):
    on := False""",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_parameter_ranges_over_the_set_of_its_first_membership(name: str) -> None:
    """The guard is gone, other guards stay, and later memberships of the same parameter are guards."""
    before, after = CASES[name]
    assert section(MACHINE, name) == before
    assert section(range_parameters(MACHINE), name) == after


@pytest.mark.parametrize("name", ["late", "backwards", "absent"])
def test_other_guards_are_left_where_they_are(name: str) -> None:
    """A guard on one path only, a set that needs a later parameter, and the absence from a set."""
    assert section(range_parameters(MACHINE), name) == section(MACHINE, name)


GUARDED = """
    @action
    def begin(self) -> None:
        self.rank = first(Rank)

    @action
    def step(self, r: Rank) -> None:
        {first}
        require(self.rank is not None)
        require(r in {{self.rank.next()}})
        self.rank = r
    """


def machine(first: str) -> Machine:
    """A machine in which the set has a value only where a guard above it holds."""
    return lowered(GUARDED.format(first=first))


def test_a_set_stays_behind_the_guard_that_protects_it() -> None:
    """Here the guards above need the parameter, so that the set would be computed before them."""
    protected = machine("require(r != first(Rank))")
    assert section(range_parameters(protected), "step") == section(protected, "step")
    found = explore(Reference(prepared(protected)))
    assert (found.counts, found.bounds) == (explore(Reference(protected)).counts, (("Rank.next()", "step"),))
    assert found.counts.distinct == 4


def test_a_set_is_moved_over_guards_that_do_not_need_the_parameter() -> None:
    """They are evaluated before the parameter is chosen in any case."""
    after = range_parameters(machine("require(not self.on)"))
    assert section(after, "step").splitlines()[0] == "action step(r: Rank in {(rank narrowed to Rank).next()}):"
    assert explore(Reference(after)).counts.distinct == 4


BEHIND = """
    @action
    def begin(self, n: Node) -> None:
        require(self.rank is None)
        self.seen.add(n)
        self.rank = first(Rank)

    @action
    def empty_out(self) -> None:
        self.seen.clear()
        self.rank = None if self.on else last(Rank)

    @action
    def step(self, {parameters}) -> None:
        require({test})
        require(self.rank is not None and self.rank.next() != first(Rank))
        self.on = True
    """


@pytest.mark.parametrize(
    ("parameters", "test", "kept"),
    [
        ("n: Node", "n in self.seen", "n"),
        ("n: Node, o: Node", "n in self.seen and o in self.seen", "o"),
        ("o: Node, n: Node", "n in self.seen and o in self.seen", "n"),
    ],
)
def test_a_test_stays_where_a_guard_behind_it_relies_on_it(parameters: str, test: str, kept: str) -> None:
    """That guard does not need the parameter, and would be evaluated also where the set is empty."""
    before = lowered(BEHIND.format(parameters=parameters, test=test, move="next", edge="first"))
    after = prepared(before)
    found, expected = explore(Reference(after)), explore(Reference(before))
    assert (found.counts, found.bounds) == (expected.counts, ())
    head, *guards = section(after, "step").splitlines()
    assert head.count(": Node in seen") == parameters.count("Node")
    assert [guard for guard in guards if " in seen" in guard] == [f"    require ({kept} in seen)"]


def test_a_test_is_left_out_before_guards_that_can_be_computed_in_every_state() -> None:
    """Nothing relies on it there."""
    total = """
        @action
        def step(self, n: Node) -> None:
            require(n in self.seen)
            require(self.color is Color.RED)
            self.on = True
        """
    assert "(n in seen)" not in section(prepared(lowered(total)), "step")


def test_a_parameter_that_ranges_over_a_set_already_keeps_it() -> None:
    """Whoever prepares a machine twice changes nothing."""
    once = range_parameters(machine("require(not self.on)"))
    assert range_parameters(once) == once

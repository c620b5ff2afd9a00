"""Handlers and actions that give a parameter another value: the step is still told by what it was given."""

from __future__ import annotations

from typing import Annotated

import pytest
from test_agreement import agree

from indoubt import check
from indoubt.specs.language import (
    Between,
    Map,
    Message,
    Network,
    Node,
    Sort,
    Spec,
    System,
    action,
    invariant,
    on_message,
    on_timeout,
    require,
)


class Desk(Sort, size=1): ...


class Site(Sort): ...


class Number(Message):
    of: Annotated[int, Between(0, 1)]


class Writing(Node[Desk]):
    """It sends both numbers."""

    written: Annotated[int, Between(0, 2)] = 0

    @on_timeout
    def write(self) -> None:
        require(self.written < 2)
        self.broadcast(Number(self.written), to=Site)
        self.written += 1


class Reading(Node[Site]):
    """It keeps the other number, under another name."""

    held: Annotated[int, Between(0, 2)] = 2

    @on_message
    def on_number(self, number: Number, sender: Desk) -> None:
        other = Number(1 - number.of)
        self.held = other.of


class Rebinding(Reading):
    """It does so under the name of the parameter."""

    @on_message
    def on_number(self, number: Number, sender: Desk) -> None:
        number = Number(1 - number.of)
        self.held = number.of


class Plain(System):
    desk: Writing
    sites: Map[Site, Reading]

    @invariant
    def never_both(self) -> bool:
        """False as soon as a site has heard of 1."""
        return all(site.held != 0 for site in self.sites.values())


class Bound(Plain):
    sites: Map[Site, Rebinding]  # pyright: ignore[reportIncompatibleVariableOverride]


class Counting(Spec):
    """Its only action changes its parameter, in a choice and in a loop."""

    count: Annotated[int, Between(0, 3)] = 0

    @action
    def step(self, number: Annotated[int, Between(0, 3)]) -> None:
        require(number != self.count)
        if number < 3:
            number = number + 1
        for _ in range(2):
            number = 3 - number
        self.count = number

    @invariant
    def small(self) -> bool:
        """Three is reached."""
        return self.count < 3


@pytest.mark.parametrize("network", [Network.soup(), Network.bag(), Network.fifo()], ids=lambda one: one.kind)
def test_a_handler_may_use_the_name_of_its_message(network: Network) -> None:
    """The message that leaves the network is the one that was received, and a trace says which it was."""
    plain, bound = (check(one, Site=2, network=network, engine="reference") for one in (Plain, Bound))
    assert (plain.counts, plain.verdict) == (bound.counts, bound.verdict)
    traces = [one.property("never_both").trace for one in (plain, bound)]
    assert traces[0] is not None
    assert traces[1] is not None
    assert [one.arguments for one in traces[0].steps] == [one.arguments for one in traces[1].steps]


def test_an_action_may_use_the_name_of_its_parameter() -> None:
    """The machine does what Python does, and what it tells of a step is what the step was given."""
    assert agree(Counting, 10, {}) == 4
    for engine in ("native", "reference"):
        trace = check(Counting, engine=engine).property("small").trace
        assert trace is not None
        assert [one.arguments["number"] for one in trace.steps] == [2]

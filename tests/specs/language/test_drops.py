"""Messages that full links drop are counted in the ledger: in how many states, and in how many steps; by hand."""

from __future__ import annotations

from typing import Annotated

import pytest

from indoubt import check, simulate
from indoubt.reports.report import to_text
from indoubt.specs.language import (
    Between,
    Map,
    Message,
    Network,
    Node,
    Sort,
    System,
    invariant,
    on_message,
    on_timeout,
    require,
)


class Source(Sort, size=1): ...


class Sink(Sort): ...


class Word(Message): ...


class Saying(Node[Source]):
    said: Annotated[int, Between(0, 3)] = 0

    @on_timeout
    def say(self) -> None:
        require(self.said < 3)
        self.said += 1
        self.broadcast(Word(), to=Sink)


class Hearing(Node[Sink]):
    @on_message
    def on_word(self, word: Word, sender: Source) -> None:
        """It hears."""


class Talk(System):
    source: Saying
    sinks: Map[Sink, Hearing]
    network = Network.bag(capacity=1, full="drop")

    @invariant
    def few(self) -> bool:
        """Nobody says more than three words."""
        return self.source.said <= 3


NAME = "network.source.sinks.drop"


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_states_and_steps_that_drop_are_counted(engine: str) -> None:
    """A word is dropped where one or two were said and a sink has not heard the last; a broadcast is one step."""
    for sinks in (1, 2):
        found = check(Talk, Sink=sinks, engine=engine)
        full = 2 * (2**sinks - 1)
        assert found.envelope.faults == {NAME: full}
        assert found.envelope.fault_states == {NAME: full}
        assert found.counts.distinct == 1 + 3 * 2**sinks
        text = to_text(found)
        assert f"faults      none asked for; {NAME} possible in {full} states" in text
        assert text.startswith(f"Talk Sink={sinks} Source=1 network=bag capacity=1 full=drop  HOLDS")
        assert "warning" not in text


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_links_that_are_never_full_are_a_warning(engine: str) -> None:
    """Three words have room on a link that holds three; a link that blocks drops nothing and has no such line."""
    found = check(Talk, Sink=1, network=Network.fifo(capacity=3, full="drop"), engine=engine)
    assert found.envelope.fault_states == {NAME: 0}
    assert any("nothing was ever dropped" in one for one in found.envelope.warnings)
    assert f"never possible: {NAME}" in to_text(found)
    blocking = check(Talk, Sink=1, network=Network.fifo(capacity=1), engine=engine)
    assert not blocking.envelope.faults
    assert not blocking.envelope.warnings


def test_walks_count_the_steps_that_they_take() -> None:
    """Both engines walk the same ways, and drop as often; no walk drops more than two of three words."""
    counts = {
        engine: simulate(Talk, Sink=2, seed=1, runs=40, engine=engine).envelope.faults
        for engine in ("native", "reference")
    }
    assert counts["native"] == counts["reference"]
    assert 0 < counts["native"][NAME] <= 80

"""Links: what they promise decides which properties of whole runs hold, as the textbook has it."""

from __future__ import annotations

from typing import Any

import pytest
from examples.nodes_casting import Casting
from examples.nodes_toggling import Toggling
from hypothesis import HealthCheck, given, reject, settings, strategies as st
from random_links import pairs
from test_agreement import spec_of
from textbook_links import Graph

from indoubt import SpecError, check
from indoubt.explorer.backends.source import Source
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.result import Verdict
from indoubt.specs.language import (
    Faults,
    Link,
    Message,
    Network,
    Node,
    Partition,
    Sort,
    eventually,
    on_message,
    on_timeout,
    weak,
)
from indoubt.specs.language.delivery import NAMES
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.systems import System, configured

OWN = {"fair_loss": Network.soup(), "stubborn": Network.soup(), "perfect": Network.bag()}


def verdicts(spec: type[Spec], **given: Any) -> dict[str, Verdict]:
    """The answer to each property, the same by native code, the interpreter and the Python source."""
    native, reference = (check(spec, engine=engine, **given) for engine in ("native", "reference"))
    assert native.counts == reference.counts
    found = {one.name: one.verdict for one in native.properties}
    assert found == {one.name: one.verdict for one in reference.properties}
    for one, other in zip(native.properties, reference.properties, strict=True):
        assert (one.trace is None) == (other.trace is None)
        assert one.trace is None or other.trace is None or len(one.trace) == len(other.trace)
    return found


def by_source(spec: type[Spec], **given: Any) -> dict[str, Verdict]:
    """The answers of a search that takes the steps of plain Python."""
    chosen = settle(spec, given)
    return {one.property: one.verdict for one in explore(Source(spec, chosen, prepared(lower(spec, chosen)))).answers}


@given(text=pairs(), links=st.sampled_from(NAMES))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_whole_runs_are_judged_by_the_definitions_of_the_textbook(text: str, links: str) -> None:
    """Brute force over all runs of random systems, from the definitions, finds what the search finds."""
    system = spec_of(text, "Demo")
    assert issubclass(system, System)
    found = check(system, links=links, engine="reference")
    if found.envelope.bounds:
        reject()  # a full link, which the definitions do not know
    graph = Graph(system, OWN[links])
    avoided = {
        "again": graph.can_avoid(links, lambda state: state.x.a or state.y.b, always=False),  # type: ignore[attr-defined]
        "once": graph.can_avoid(links, lambda state: state.x.b or state.y.a, always=True),  # type: ignore[attr-defined]
    }
    assert {one.name: one.verdict is Verdict.VIOLATED for one in found.properties} == avoided


@given(text=pairs(), links=st.sampled_from(NAMES), crashes=st.integers(0, 1))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_all_engines_judge_random_runs_alike(text: str, links: str, crashes: int) -> None:
    """Native code, the interpreter and the Python source, with nodes that crash and without."""
    system = spec_of(text, "Demo")
    assert issubclass(system, System)
    spec = configured(system, links=Link(links), faults=Faults(crashes=crashes))  # type: ignore[arg-type]
    assert verdicts(spec) == by_source(spec)


HOLDS, VIOLATED = Verdict.HOLDS, Verdict.VIOLATED


@pytest.mark.parametrize(
    ("links", "crashes", "relay", "validity", "agreement"),
    [
        ("perfect", 0, False, HOLDS, HOLDS),
        ("perfect", 1, False, HOLDS, VIOLATED),  # best effort broadcast
        ("perfect", 1, True, HOLDS, HOLDS),  # eager reliable broadcast
        ("stubborn", 1, False, HOLDS, VIOLATED),
        ("stubborn", 2, True, HOLDS, HOLDS),
        ("fair_loss", 0, True, VIOLATED, VIOLATED),  # each message is sent once
    ],
)
def test_broadcasts_are_as_reliable_as_the_textbook_says(
    links: str, crashes: int, relay: bool, validity: Verdict, agreement: Verdict
) -> None:
    """What a node sent that has crashed since may reach some and not others, unless they pass it on."""
    spec = configured(Casting, links=Link(links), faults=Faults(crashes=crashes))  # type: ignore[arg-type]
    expected = {"two_ways": HOLDS, "validity": validity, "agreement": agreement}
    assert verdicts(spec, Peer=2, relay=relay) == expected
    if links == "perfect":
        assert by_source(spec, Peer=2, relay=relay) == expected


@pytest.mark.parametrize(("links", "verdict"), [("fair_loss", HOLDS), ("stubborn", VIOLATED), ("perfect", HOLDS)])
def test_what_is_sent_once_is_delivered_finitely_often_unless_links_are_stubborn(links: str, verdict: Verdict) -> None:
    """Finite duplication, a promise of fair loss: a lamp that one message turns on and off comes to rest."""
    spec = configured(Toggling, links=Link(links))  # type: ignore[arg-type]
    assert verdicts(spec) == by_source(spec) == {"noticed": verdict}


def test_a_partition_ends_where_links_promise_something() -> None:
    """Without a promise a network may stay cut for ever; with one, what was sent arrives when it is whole again."""
    cut = Faults(partitions=Partition.split())
    assert check(Casting, Peer=1, links="stubborn", faults=cut, engine="reference").verdict is HOLDS
    assert check(Casting, Peer=1, network=Network.bag(), faults=cut, engine="reference").verdict is VIOLATED
    kept = configured(Casting, links=Link.perfect(), faults=cut).__faults__.partitions
    assert kept is not None
    assert kept.in_flight == "kept"


def test_what_is_not_asked_of_whole_runs_needs_no_losses() -> None:
    """The properties of states are those of a soup, with as many states; a deadlock can be due to a loss."""
    soup = check(Casting, Peer=2, properties=["two_ways"], engine="reference")
    fair = check(Casting, Peer=2, properties=["two_ways"], links="fair_loss", engine="reference")
    whole = check(Casting, Peer=2, properties=["agreement"], links="fair_loss", engine="reference")
    assert fair.counts == soup.counts
    assert whole.counts.distinct > soup.counts.distinct


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"links": "perfect", "faults": Faults(losses=1)}, "losses=1 is not possible with links=perfect, which lose"),
        ({"links": "perfect", "faults": Faults(duplicates=1)}, "duplicates=1 is not possible with links=perfect"),
        ({"links": "fair_loss", "faults": Faults(losses=1)}, "on which a message may be lost as often as it likes"),
        ({"links": "perfect", "network": Network.soup()}, "network=soup is not possible with links=perfect"),
        ({"links": "stubborn", "network": Network.fifo()}, "network=fifo is not possible with links=stubborn"),
        ({"links": "perfect", "network": Network.bag(full="drop")}, 'full="drop" is not possible with links=perfect'),
        (
            {"links": "perfect", "faults": Faults(partitions=Partition.split(in_flight="lost"))},
            'in_flight="lost" is not possible with links=perfect',
        ),
        ({"links": "tcp"}, "unknown links 'tcp'; there are: fair_loss, stubborn, perfect"),
    ],
)
def test_what_links_do_not_do_is_refused(given: dict[str, Any], told: str) -> None:
    """With what was asked, and what is possible instead."""
    with pytest.raises(ValueError, match=r"is not possible|unknown") as refused:
        check(Casting, Peer=2, **given)
    assert told in str(refused.value)


def test_a_system_names_its_links(capsys: pytest.CaptureFixture[str]) -> None:
    """`links = Link.perfect()` in the class is the default, and takes a network that can keep the promise."""
    from examples.nodes_casting import Reliable  # noqa: PLC0415 - beside what it is about

    assert str(configured(Reliable).__network__) == "bag(capacity=2)"
    assert check(Reliable, Peer=2, engine="reference").envelope.links == Link.perfect().told
    with pytest.raises(SpecError) as wrong:
        check(type("Wrong", (Casting,), {"links": "perfect", "__module__": Casting.__module__}), Peer=2)
    assert [one.code for one in wrong.value.diagnostics] == ["S509"]
    capsys.readouterr()


class Clock(Sort, size=1): ...


class Watcher(Sort, size=1): ...


class Chime(Message): ...


class Chiming(Node[Clock]):
    @on_timeout(fairness=weak())
    def chime(self) -> None:
        """It chimes."""
        self.broadcast(Chime(), to=Watcher)


class Dozing(Node[Watcher]):
    is_asleep: bool = False
    has_heard: bool = False

    @on_timeout(fairness=weak())
    def doze(self) -> None:
        """It falls asleep, and wakes up."""
        self.is_asleep = not self.is_asleep

    @on_message
    def on_chime(self, _: Chime, sender: Clock) -> None:  # noqa: ARG002 - a handler names its sender
        """It hears what arrives while it is awake."""
        if not self.is_asleep:
            self.has_heard = True


class Hall(System):
    clock: Chiming
    watcher: Dozing

    @eventually
    def heard(self) -> bool:
        """The watcher hears the clock."""
        return self.watcher.has_heard


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize("links", ["stubborn", "fair_loss"])
def test_what_is_received_to_no_effect_is_received(links: str, engine: str) -> None:
    """A link may deliver whenever nobody listens: it has promised no more than to deliver again and again."""
    result = check(Hall, links=links, engine=engine)
    assert result.verdict is Verdict.VIOLATED
    trace = result.property("heard").trace
    assert trace is not None
    assert trace.back_to is not None
    assert "watcher.on_chime" in [step.action for step in trace.steps[trace.back_to :]]

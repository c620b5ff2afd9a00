"""Crashes inside a handler, syncs, amnesia and pauses: what each step does, counted by hand where that is possible."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import nodes_with_disks
import pytest
from nodes_with_disks import A, Alone, B, Disk, Hello, OpenParty, Party, Promise

from indoubt import check
from indoubt.explorer.search.result import Verdict
from indoubt.specs.language import (
    Durable,
    Faults,
    Map,
    Message,
    Network,
    Node,
    NotEnabled,
    Sort,
    System,
    invariant,
    on_message,
    on_restart,
    on_timeout,
    reachable,
    require,
)
from indoubt.specs.language.settings import SettingError
from indoubt.specs.language.steps import AFTER


@pytest.mark.parametrize(("after", "fields"), [(0, (False, False)), (1, (True, False)), (2, (True, True))])
def test_what_is_done_before_a_crash_stays(after: int, fields: tuple[bool, bool]) -> None:
    """A handler with two durable writes has three crash points; what is not durable is no thing done."""
    state = Alone(faults=Faults(torn=1))
    getattr(state, "pair.write.crash")(**{AFTER: after})
    assert (state.pair.first, state.pair.second) == fields
    assert state.pair.volatile is True
    assert not state.pair.is_up


def test_a_handler_does_not_crash_after_more_than_it_does() -> None:
    """There is no fourth point, and the budget is for one crash."""
    state = Alone(faults=Faults(torn=1))
    with pytest.raises(NotEnabled):
        getattr(state, "pair.write.crash")(**{AFTER: 3})


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_the_states_of_a_torn_write_are_those_counted_by_hand(engine: str) -> None:
    """Up: nothing written, or both. Down: none of the writes, the first, both."""
    result = check(Alone, faults=Faults(torn=1), engine=engine)
    assert result.counts.distinct == 2 + 3
    assert result.counts.generated == 1 + 1 + 3  # the initial state, the write, and the write with a crash
    assert result.verdict is Verdict.VIOLATED
    assert check(Alone, faults=Faults(crashes=1)).verdict is Verdict.HOLDS


def test_a_trace_says_after_which_line_the_node_has_crashed() -> None:
    """The line is the author's, of the last thing done."""
    observed = check(Alone, faults=Faults(torn=1)).properties[0].observed
    assert observed is not None
    (step,) = observed.steps
    with Path(nodes_with_disks.__file__).open(encoding="utf-8") as source:
        line = 1 + [text.strip() for text in source].index("self.first = True")
    assert step.crashed == f"after line {line}"


@pytest.mark.parametrize(("guests", "engine"), [*product((1, 2, 3), ("native", "reference"))])
def test_a_broadcast_reaches_any_of_its_recipients(guests: int, engine: str) -> None:
    """In a crash any set of guests may have been sent the message; in a soup each of those is greeted or not yet.

    Greeted, sent and not greeted, not sent: with a crash each guest is in one of three states, whoever they are; the
    field is written if all were sent to, or not. Without a crash: nothing happened, or all were sent to.
    """
    result = check(Party, B=guests, faults=Faults(torn=1), engine=engine)
    without = 1 + 2**guests
    crashed = 3**guests + 2**guests
    assert result.counts.distinct == without + crashed


@pytest.mark.parametrize("network", [Network.bag(), Network.fifo()], ids=str)
def test_the_message_of_a_handler_that_crashes_is_received(network: Network) -> None:
    """It was taken out of the network before the node crashed, whether the handler has done anything or not."""
    state = OpenParty(B=1, network=network, faults=Faults(torn=1))
    getattr(state, "greeter.greet")()
    getattr(state, "guests.on_hello.crash")(B(0), Hello(), A(0), **{AFTER: 0})
    assert not state.guests[B(0)].is_up
    assert len(getattr(state, "network.greeter.guests")[A(0)][B(0)]) == 0


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize("syncs", [True, False])
def test_a_disk_that_is_synced_keeps_every_write(engine: str, syncs: bool) -> None:
    """Up, down and up again with each of three values; on a disk that is never synced the value is 0 after a crash."""
    faults = Faults(crashes=1, restarts=1)
    result = check(Disk, syncs=syncs, faults=faults, engine=engine)
    assert result.counts.distinct == 3 + 3 + 3
    state = Disk(syncs=syncs, faults=faults)
    for step in ("write", "crash", "restart"):
        getattr(state, f"node.{step}")()
    assert state.node.value == (1 if syncs else 0)


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_a_late_disk_lags_one_step_behind(engine: str) -> None:
    """A crash takes the last write, though the node has synced it; what was never synced is all lost.

    Up, and down, the values 0, 1 and 2, with 0, 0 and 1 on the disk; up again with 0 or 1, of which the disk holds all,
    and after further writes with 1 and 2, of which it lacks the last.
    """
    faults = Faults(crashes=1, restarts=1, sync="late")
    for syncs, states, value in ((True, 3 + 3 + 2 + 2, 1), (False, 3 + 3 + 3, 0)):
        assert check(Disk, syncs=syncs, faults=faults, engine=engine).counts.distinct == states
        state = Disk(syncs=syncs, faults=faults)
        for step in ("write", "write", "crash", "restart"):
            getattr(state, f"node.{step}")()
        assert state.node.value == value


def test_late_disks_need_somebody_who_reads_them() -> None:
    """A node that comes back, with a durable field that no `@initial` method may have set."""
    with pytest.raises(ValueError, match=r"sync=.late. is not possible with restarts=0"):
        Disk(syncs=True, faults=Faults(crashes=1, sync="late"))
    with pytest.raises(ValueError, match=r"no node of Promise that may crash has a durable field"):
        Promise(faults=Faults(crashes=1, restarts=1, sync="late"))
    with pytest.raises(ValueError, match=r"sync=.soon. is not possible; there are: prompt, late"):
        Faults(sync="soon")


def test_amnesia_takes_what_is_durable_too() -> None:
    """A restart keeps the durable field, an amnesia does not."""
    for back, value in (("restart", 1), ("amnesia", 0)):
        state = Disk(
            faults=Faults(crashes=1, restarts=1 if back == "restart" else 0, amnesias=1 if back != "restart" else 0)
        )
        for step in ("write", "crash", back):
            getattr(state, f"node.{step}")()
        assert state.node.value == value


def test_a_paused_node_takes_no_step_and_forgets_nothing() -> None:
    """Until it resumes; a node that is not paused does not resume."""
    state = Alone(faults=Faults(pauses=1, crashes=1))
    with pytest.raises(NotEnabled):
        getattr(state, "pair.resume")()
    getattr(state, "pair.pause")()
    with pytest.raises(NotEnabled):
        getattr(state, "pair.write")()
    getattr(state, "pair.resume")()
    getattr(state, "pair.write")()
    assert state.pair.volatile is True


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_a_pause_ends(engine: str) -> None:
    """A run owes a paused node that it goes on; to one that has crashed it owes nothing."""
    assert check(Promise, faults=Faults(pauses=2), engine=engine).verdict is Verdict.HOLDS
    assert check(Promise, faults=Faults(crashes=1), engine=engine).verdict is Verdict.VIOLATED


class Ear(Sort):
    """Who listens."""


class Hi(Message):
    """Said to everybody, again and again."""


class Speaker(Node[Ear]):
    """Sends in a loop inside of another one over the same sort."""

    said: Durable[bool] = False

    @on_timeout
    def speak(self) -> None:
        """Speak."""
        require(not self.said)
        self.said = True
        for _ in Ear:
            for ear in Ear:
                self.send(Hi(), to=ear)

    @on_message
    def on_hi(self, message: Hi, sender: Ear) -> None:
        """Hear, from somebody."""
        self.said = message == Hi() and sender in Ear


class Talk(System):
    """Nodes that speak."""

    speakers: Map[Ear, Speaker]

    @invariant
    def fine(self) -> bool:
        """Nothing is wrong."""
        return True


def test_orders_that_would_not_all_be_tried_are_refused() -> None:
    """A crash that breaks a property might be left out; without such crashes there is no reason to refuse."""
    with pytest.raises(SettingError, match=r"not possible in speakers\.speak, which .* over `Ear` inside"):
        check(Talk, Ear=2, faults=Faults(torn=1))
    assert check(Talk, Ear=2, faults=Faults(crashes=1)).properties[0].verdict is Verdict.HOLDS


class Naming(Node[A]):
    named: Durable[B | None] = None

    @on_timeout
    def name(self, other: B) -> None:
        require(self.named is None)
        self.named = other


class Named(System):
    node: Naming

    @invariant
    def known(self) -> bool:
        """Somebody is named, or nobody."""
        return self.node.named is None or self.node.named in B


def test_a_parameter_called_other_is_the_author_s_own() -> None:
    """It is no step of a failure detector, whose parameter has that name too."""
    assert check(Named, B=1, faults=Faults(torn=1)).counts.distinct == 4


class Returning(Node[A]):
    """When it comes back it writes two fields, one after the other."""

    first: Durable[bool] = False
    second: Durable[bool] = False

    @on_restart
    def come_back(self) -> None:
        self.first = True
        self.second = True


class Returned(System):
    node: Returning

    @reachable
    def halfway(self) -> bool:
        """It has written one of them."""
        return self.node.first and not self.node.second


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize("back", ["restarts", "amnesias"])
def test_a_node_may_crash_while_it_comes_back(back: str, engine: str) -> None:
    """However it does: before each of two writes and behind them; a crash takes one of the two budgets of stops."""
    asked: dict[str, Any] = {back: 1}
    result = check(Returned, faults=Faults(crashes=1, torn=1, **asked), engine=engine)
    assert result.property("halfway").verdict is Verdict.HOLDS
    assert f"node.{back[:-1]}.crash" in result.envelope.faults
    # Up; down; back; down again with nothing, one or two written.
    assert result.counts.distinct == 1 + 1 + 1 + 3
    trace = result.property("halfway").trace
    assert trace is not None
    assert [step.action for step in trace.steps] == ["node.crash", f"node.{back[:-1]}.crash"]

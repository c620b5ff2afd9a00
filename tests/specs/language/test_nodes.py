"""Nodes and systems as plain Python: a handler called alone, and a system that is driven by hand."""

from __future__ import annotations

import pytest
from examples.nodes_two_phase import (
    RM,
    TM,
    Decided,
    Phase,
    Prepare,
    ResourceManager,
    TransactionManager,
    TwoPhaseCommit,
    Voted,
)
from mixed_nodes import Bump, Client, Mixed, Mode, Server, Tell, Worker

from indoubt.specs.language import BoundReached, Faults, Network, NotEnabled, SettingError, sizes
from indoubt.specs.language.nodes import Sent


def test_a_handler_is_called_alone() -> None:
    """A node by itself has its fields, and keeps what it sends."""
    tm = TransactionManager(RM=2)
    tm.on_vote(Voted(yes=True), RM(1))
    assert tm.yes_votes == {RM(1)}
    assert not tm.sent
    tm.on_vote(Voted(yes=True), RM(0))
    assert tm.phase is Phase.COMMITTED
    assert tm.sent == (Sent(Decided(commit=True), RM(0)), Sent(Decided(commit=True), RM(1)))


def test_a_node_answers_its_sender() -> None:
    """The address of a sender is where an answer goes."""
    rm = ResourceManager(RM(1), RM=2)
    rm.on_prepare(Prepare(), TM(0), can_commit=False)
    assert (rm.address, rm.phase) == (RM(1), Phase.ABORTED)
    assert rm.sent == (Sent(Voted(yes=False), TM(0)),)


def test_sizes_may_come_from_a_with_block() -> None:
    """`with sizes(...)` gives what a node needs; a handler still knows it afterwards."""
    with sizes(RM=3):
        tm = TransactionManager()
    tm.ask()
    assert [one.to for one in tm.sent] == [RM(0), RM(1), RM(2)]


def test_a_guard_that_fails_changes_nothing() -> None:
    """All or nothing: neither fields nor messages are left of a handler that is not enabled."""
    tm = TransactionManager(RM=1)
    tm.give_up()
    before = tm.sent
    with pytest.raises(NotEnabled):
        tm.ask()
    assert tm.sent == before


def test_a_field_is_checked_against_its_type() -> None:
    """As in a spec: what is written has to be a value of the annotation."""
    worker = Worker(Server(0), Server=2, Client=1)
    with pytest.raises(TypeError, match="mode is annotated Mode"):
        worker.mode = 3  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(AttributeError, match="Worker has no field made; it has: fast, mode, seen, count, boss"):
        worker.made = Mode.DONE  # pyright: ignore[reportAttributeAccessIssue]
    worker.count = 2
    with pytest.raises(BoundReached):
        worker.count += 1


def test_a_node_needs_an_address_and_sizes() -> None:
    """What is missing is said, with an example."""
    with pytest.raises(TypeError, match=r"needs an address, as in `ResourceManager\(RM\(0\)\)`; there are sev"):
        ResourceManager(RM=2)
    with pytest.raises(SettingError, match="TransactionManager needs a size for RM"):
        TransactionManager()
    with pytest.raises(ValueError, match=r"RM\(2\) does not exist"):
        ResourceManager(RM(2), RM=2)


def test_a_parameter_of_a_node_is_a_setting() -> None:
    """A node reads a parameter and never writes it."""
    slow = Worker(Server(0), Server=1, Client=1, fast=False)
    assert not slow.fast
    with pytest.raises(NotEnabled):
        slow.bump_self()
    with pytest.raises(AttributeError, match="fixed by the run"):
        slow.fast = True


def test_a_system_is_driven_by_hand() -> None:
    """Steps are methods of the state, by the names that traces have; nodes are its fields."""
    state = TwoPhaseCommit(RM=2)
    state_ask, on_prepare = getattr(state, "tm.ask"), getattr(state, "rms.on_prepare")
    with pytest.raises(NotEnabled):
        on_prepare(RM(0), Prepare(), TM(0), can_commit=True)
    state_ask()
    on_prepare(RM(0), Prepare(), TM(0), can_commit=True)
    assert state.rms[RM(0)].phase is Phase.PREPARED
    assert [rm.phase for rm in state.rms.values()] == [Phase.PREPARED, Phase.WORKING]
    assert Voted(yes=True) in getattr(state, "network.rms.tm")[RM(0)][TM(0)]
    assert state.consistent()


def test_a_network_that_consumes_forgets_what_was_received() -> None:
    """A bag delivers a copy once; a step that fails leaves it there."""
    made = TwoPhaseCommit(RM=1, network=Network.bag())
    getattr(made, "tm.ask")()
    getattr(made, "tm.ask")()
    links = getattr(made, "network.tm.rms")[TM(0)]
    assert len(links[RM(0)]) == 2
    with pytest.raises(BoundReached):
        getattr(made, "tm.ask")()
    getattr(made, "rms.on_prepare")(RM(0), Prepare(), TM(0), can_commit=True)
    with pytest.raises(NotEnabled):
        getattr(made, "rms.on_prepare")(RM(0), Prepare(), TM(0), can_commit=True)
    assert len(getattr(made, "network.tm.rms")[TM(0)][RM(0)]) == 1


def test_a_full_link_may_drop() -> None:
    """What is sent beyond the capacity of a link that drops is lost, and the step is taken."""
    state = TwoPhaseCommit(RM=1, network=Network.fifo(capacity=1, full="drop"))
    for _ in range(3):
        getattr(state, "tm.ask")()
    assert len(getattr(state, "network.tm.rms")[TM(0)][RM(0)]) == 1


def test_a_restart_brings_back_what_is_durable() -> None:
    """Volatile fields have their first values again, then `@on_restart` runs."""
    state = Mixed(Server=2, Client=1, faults=Faults(crashes=1, restarts=1))
    worker = state.workers[Server(1)]
    worker.mode, worker.count, worker.boss = Mode.BUSY, 2, Server(0)
    getattr(state, "workers.crash")(Server(1))
    assert not state.workers[Server(1)].is_up
    assert worker.count == 2
    with pytest.raises(NotEnabled):
        getattr(state, "workers.on_tell")(Server(1), Tell(Mode.IDLE), Server(0))
    getattr(state, "workers.restart")(Server(1), hurry=True)
    again = state.workers[Server(1)]
    assert (again.mode, again.count, again.boss) == (Mode.IDLE, 0, None)
    assert Bump() in getattr(state, "network.workers.workers")[Server(1)][Server(1)]
    with pytest.raises(NotEnabled):
        getattr(state, "workers.crash")(Server(0))


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        (Faults(crashes=4), "crashes=4 is not possible: 3 nodes may crash (2 in workers, 1 in watch)"),
        (Faults(restarts=1), "ask for crashes as well, as in crashes=1"),
        (Faults(losses=1), "a soup loses and repeats every message"),
    ],
)
def test_faults_that_cannot_happen_are_refused(faults: Faults, told: str) -> None:
    """What was asked, and what is possible."""
    with pytest.raises(ValueError, match=told.replace("(", r"\(").replace(")", r"\)")):
        Mixed(Server=2, Client=1, faults=faults)


@pytest.mark.parametrize("budget", [-1, 65])
def test_a_budget_is_a_small_number(budget: int) -> None:
    """Neither negative nor larger than any system."""
    with pytest.raises(ValueError, match=f"crashes={budget} is not possible"):
        Faults(crashes=budget)
    with pytest.raises(ValueError, match=r"capacity=0 is not possible: a link holds from 1 to 64 messages"):
        Network.bag(capacity=0)


def test_a_message_that_nobody_takes_is_refused() -> None:
    """In plain Python as by the checker: a handler that does nothing says that nothing is done."""
    state = Mixed(Server=1, Client=1)
    with pytest.raises(TypeError, match="no handler of User takes Bump from Server"):
        state.workers[Server(0)].send(Bump(), to=Client(0))

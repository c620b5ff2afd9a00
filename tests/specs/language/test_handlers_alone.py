"""What a test that calls a handler by itself is told: wrong arguments and guards by name, without a frame of ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from examples.nodes_two_phase import RM, TM, Phase, Prepare, ResourceManager, TransactionManager, TwoPhaseCommit, Voted
from gathering_nodes import Counting, Site as Place, Yes
from mixed_nodes import Bump, Client, Mode, Server, Tell, Worker

import indoubt.specs.language as language
from indoubt.specs.language import (
    BoundReached,
    Faults,
    Map,
    Network,
    NotEnabled,
    Quorum,
    Set,
    SettingError,
    expect,
    require,
)

OURS = Path(language.__file__).parent


def manager() -> Any:
    """A manager of two participants; what it is given is wrong to type checkers too."""
    return TransactionManager(RM=2)


CALLS: dict[str, Callable[[], object]] = {
    "`vote` of `TransactionManager.on_vote` is a message Voted, and it was given Prepare(); write `Voted(yes=...)`": (
        lambda: manager().on_vote(Prepare(), RM(0))
    ),
    "`sender` of `TransactionManager.on_vote` is a member of RM, and it was given 0; write `RM(0)`": (
        lambda: manager().on_vote(Voted(yes=True), 0)
    ),
    "`sender` of `TransactionManager.on_vote` is a member of RM, and it was given TM(0); write `RM(0)`": (
        lambda: manager().on_vote(Voted(yes=True), TM(0))
    ),
    "it was given RM(5); write `RM(0)` or `RM(1)`": lambda: manager().on_vote(Voted(yes=True), RM(5)),
    "`yes` of Voted is bool, and it was given 1; write `True`": (
        lambda: manager().on_vote(Voted(yes=1), RM(0))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ),
    "`can_commit` of `ResourceManager.on_prepare` is bool, and it was given 'yes'; write `True`": (
        lambda: participant().on_prepare(Prepare(), TM(0), "yes")
    ),
    "`TransactionManager.on_vote` takes (vote: Voted, sender: RM), and was called otherwise: ": (
        lambda: manager().on_vote(Voted(yes=True))
    ),
    "missing a required argument: 'sender'; write `node.on_vote(vote, sender)`": (
        lambda: manager().on_vote(Voted(yes=True))
    ),
    "takes (nothing), and was called otherwise: too many positional arguments; write `node.ask()`": (
        lambda: manager().ask(1)
    ),
    "`request` of `Worker.on_ask` is a message Ask or a message Bump, and it was given Tell(": (
        lambda: worker().on_ask(Tell(Mode.IDLE), Server(0), extra=True)
    ),
    "; write `Ask(urgent=...)` or `Bump()`, or call `on_tell`, which takes that message": (
        lambda: worker().on_ask(Tell(Mode.IDLE), Server(0), extra=True)
    ),
    "is Quorum[Site], and it was given {Site(0)}; write `Quorum({Site(0), ...})`": (
        lambda: counting().on_most(Map({Place(0): Set({Yes(True)})}), Set({Place(0)}))
    ),
    "a message goes to an address, and not to 0; write `to=S(0)`": lambda: manager().send(Voted(yes=True), to=0),
    "RM are many; write `self.broadcast(..., to=RM)`": lambda: manager().send(Prepare(), to=RM),
    "RM(7) does not exist with RM=2; write `RM(0)` or `RM(1)`": lambda: manager().send(Prepare(), to=RM(7)),
    "write `self.send(..., to=RM(1))`": lambda: manager().broadcast(Prepare(), to=RM(1)),
    "goes to a sort or a set of addresses, and not to 3": lambda: manager().broadcast(Prepare(), to=3),
    "`yes` of Voted is bool, and it was given 2": (
        lambda: manager().send(Voted(yes=2), to=RM(1))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ),
}


@pytest.mark.parametrize(("told", "call"), CALLS.items())
def test_an_argument_of_another_type_is_told(told: str, call: Callable[[], object]) -> None:
    """What was given, what the parameter is, and what to write; nothing is done, and no frame of ours is shown."""
    with pytest.raises(TypeError) as caught:
        call()
    assert told in str(caught.value)
    assert caught.value.__cause__ is None or caught.value.__suppress_context__
    refuse_our_frames(caught)


def participant() -> Any:
    """A participant, as `manager`."""
    return ResourceManager(RM(0), RM=2)


def counting() -> Any:
    """A node that hears quorums of three sites."""
    return Counting(Site=3)


def worker() -> Any:
    """A node with everything that handlers can do."""
    return Worker(Server(1), Server=2, Client=1)


def refuse_our_frames(caught: pytest.ExceptionInfo[BaseException]) -> None:
    """Fail where pytest would show a frame of the language."""
    shown = [entry for entry in caught.traceback.filter(caught) if Path(entry.path).is_relative_to(OURS)]
    assert not shown, shown


def test_arguments_that_fit_are_values_of_the_annotations() -> None:
    """Who has sent nothing to a quorum may be left out; a plain set is a set of the language."""
    desk = counting()
    desk.on_most(Map({Place(0): Set({Yes(True)}), Place(1): Set({Yes(False)})}), Quorum({Place(0), Place(1)}))
    assert desk.most == {Place(0)}
    node = worker()
    node.on_ask(Bump(), sender=Client(0), extra=False)
    assert node.count == 1


def test_a_guard_that_does_not_hold_is_named() -> None:
    """Its text in one line, its file and line, and the method in which it stands."""
    tm = manager()
    tm.give_up()
    with pytest.raises(NotEnabled) as caught:
        tm.ask()
    told = str(caught.value)
    assert told.startswith("`require(self.phase is Phase.WORKING)` does not hold here (")
    assert told.endswith("in `ask`)")
    file, line = told.partition("(")[2].partition("here (")[2].partition(", in")[0].rsplit(":", 1)
    assert "require(self.phase is Phase.WORKING)" in Path(file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert (caught.value.guard, caught.value.line) == ("require(self.phase is Phase.WORKING)", int(line))
    assert caught.traceback[-1].frame.code.path is not None
    refuse_our_frames(caught)
    with pytest.raises(NotEnabled) as split:
        require(
            tm.phase is Phase.WORKING and not tm.sent,  # on two lines
        )
    assert split.value.guard == "require( tm.phase is Phase.WORKING and not tm.sent, # on two lines )"
    with pytest.raises(NotEnabled, match=r"`expect\(Prepare\(\), Voted\)` does not hold here \(.*\): Prepare"):
        expect(Prepare(), Voted)


def test_a_step_of_a_system_that_is_not_enabled() -> None:
    """The environment has guards that no author has written: these are told in words."""
    state = TwoPhaseCommit(RM=2, network=Network.bag(), faults=Faults(crashes=1, restarts=1, losses=1))

    def told(step: str, *arguments: Any) -> str:
        with pytest.raises(NotEnabled) as caught:
            getattr(state, step)(*arguments)
        refuse_our_frames(caught)
        return str(caught.value)

    missing = "Prepare(), sent by TM0, is not there for RM0 to be received next"
    assert told("rms.on_prepare", RM(0), Prepare(), TM(0), True) == missing
    assert told("network.tm.rms.lose", TM(0), RM(0), Prepare()) == missing
    assert told("tm.restart") == "TM0 is up"
    getattr(state, "tm.give_up")()
    assert told("tm.ask").startswith("`require(self.phase is Phase.WORKING)` does not hold here (")
    getattr(state, "tm.crash")()
    assert told("tm.give_up") == "TM0 is down or Byzantine"
    assert told("tm.crash") == "no crashes are left"


def test_no_frame_of_ours_is_shown() -> None:
    """Of whatever may go wrong in a test: a field, a size, a member, a bound, a key."""
    node: Any = worker()
    tm = manager()

    def write() -> None:
        node.count = 7

    def mistype() -> None:
        node.mode = 3

    def misspell() -> None:
        node.cuont = 1

    calls: list[tuple[type[BaseException], Callable[[], object]]] = [
        (BoundReached, write),
        (TypeError, mistype),
        (AttributeError, misspell),
        (TypeError, lambda: tm.yes_votes.add(TM(0))),
        (KeyError, lambda: tm.yes_votes.remove(RM(0))),
        (SettingError, lambda: TransactionManager(RM=0)),
        (SettingError, lambda: TwoPhaseCommit(RM="two")),
        (TypeError, lambda: ResourceManager(RM=2)),
        (ValueError, lambda: ResourceManager(RM(9), RM=2)),
        (TypeError, lambda: tm.send(3, to=RM(0))),
        (KeyError, lambda: Map({RM(0): 1})[RM(1)]),
    ]
    for kind, call in calls:
        with pytest.raises(kind) as caught:
            call()
        refuse_our_frames(caught)

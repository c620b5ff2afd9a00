"""The models of the textbook, asked for by their names from every verb: as if each of their parts had been."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from typing import Any

import pytest
from counting import Counter
from watched_nodes import Peers

from indoubt import ablate, check, frontier, simulate
from indoubt.cli import run
from indoubt.finding.specs import UsageError
from indoubt.specs.consensus.paxos import Paxos
from indoubt.specs.language import Faults, Network
from indoubt.specs.language.detectors import NOBODY, Detector
from indoubt.specs.language.models import MODELS, Model, fail_noisy, fail_recovery, fail_silent, fail_stop

REFERENCE: dict[str, Any] = {"engine": "reference"}
COUNTER, PEERS = "tests/counting.py", "tests/explorer/watched_nodes.py::Peers"


def parts(model: Model) -> dict[str, Any]:
    """A model as its parts."""
    return {
        "network": model.network,
        "faults": model.faults,
        "links": model.links,
        "detector": model.detector or NOBODY,
    }


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_its_parts(name: str) -> None:
    """By its name, as an object and part by part: the same states, under the same title."""
    spec, model = Peers if MODELS[name]().detector is not None else Counter, MODELS[name](1)
    sizes: dict[str, Any] = {"P": 2} if spec is Peers else {}
    whole = check(spec, **parts(model), **sizes, **REFERENCE)
    for given in (name, model):
        found = check(spec, model=given, **sizes, **REFERENCE)
        assert (found.counts, found.envelope.environment) == (whole.counts, whole.envelope.environment)
    walked = simulate(spec, model=name, seed=1, runs=3, depth=5, **sizes, **REFERENCE)
    assert walked.envelope.environment == whole.envelope.environment


def test_the_frontier_of_a_model_tries_its_budgets(capsys: pytest.CaptureFixture[str]) -> None:
    """Those that the run does not name, on the links that the model has; each command shows its counterexample."""
    shown = frontier(Counter, model="fail_recovery", **REFERENCE)
    assert [(axis.name, axis.values) for axis in shown.axes] == [("crashes", (0, 1, 2)), ("restarts", (0, 1))]
    one_by_one = frontier(
        Counter, network="soup", links="stubborn", crashes=range(3), restarts=range(2), run_all=True, **REFERENCE
    )
    for cell in shown.cells:
        assert shown.verdict("kept", cell) is one_by_one.verdict("kept", cell)
    assert run(["frontier", COUNTER, "--model", "fail_recovery", "--crashes", "1", "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    (kept,) = data["properties"]
    assert [cell["verdict"] for cell in kept["cells"]] == ["violated", "violated"]
    assert run(shlex.split(kept["cells"][1]["command"])[1:]) == 1
    assert "network=soup links=stubborn" in capsys.readouterr().out.splitlines()[0]


def test_a_model_that_is_given_with_budgets_is_tried_up_to_them() -> None:
    """As `fail_stop(crashes=1)`; a range of the run takes the place of the defaults."""
    asked = frontier(Peers, P=2, model=fail_stop(crashes=1), properties=["accurate"], **REFERENCE)
    assert [(axis.name, axis.values) for axis in asked.axes] == [("crashes", (0, 1))]
    assert asked.survives("accurate") == [(1,)]
    noisy = frontier(Peers, P=2, model="fail_noisy", crashes=range(2), properties=["accurate"], **REFERENCE)
    assert noisy.breaks_with("accurate") == [(0,)]
    assert "detector=eventually-P" in noisy.asking.title


def test_what_falls_in_a_model_is_shown_by_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The model is what is assumed: its detector and its links are taken away in turn."""
    shown = ablate(Peers, P=2, model="fail_stop", properties=["accurate"], **REFERENCE)
    assert shown.asking.title == "Peers P=2 network=bag links=perfect detector=P crashes=1"
    assert "accurate" in shown.row("detector=eventually-P").fallen
    assert {"links=stubborn", "links=fair_loss"} <= {row.assumption.off for row in shown.rows}
    assert not shown.is_chosen
    command = ["ablate", PEERS, "P=2", "--model", "fail_stop", "-k", "accurate", "--format", "json"]
    assert run(command) == 0
    rows = {one["changed"]: one for one in json.loads(capsys.readouterr().out)["changes"]}
    shows = rows["detector=eventually-P"]["falls"][0]["command"]
    assert "--network bag --links perfect --detector eventually-P" in shows
    assert run(shlex.split(shows)[1:]) == 1


def test_what_may_be_said_beside_a_model() -> None:
    """How much a link holds, how many mistakes, whom its faults befall; all else is the model's."""
    asked: dict[str, Any] = {"network": Network.bag(capacity=1), "faults": Faults(who="minority")}
    words = check(Peers, P=3, model=fail_stop(1), **asked, **REFERENCE).envelope.environment
    assert {"capacity=1", "who=minority", "crashes=1", "detector=P"} <= set(words)
    seldom: dict[str, Any] = {
        "properties": ["nobody_suspects_itself"],
        "detector": Detector.eventually_perfect(mistakes=1),
    }
    noisy = check(Peers, P=2, model="fail_noisy", **seldom, **REFERENCE)
    assert noisy.counts == check(Peers, P=2, **parts(fail_noisy(1)) | seldom, **REFERENCE).counts
    assert noisy.counts != check(Peers, P=2, model="fail_noisy", properties=seldom["properties"], **REFERENCE).counts


CLASHES: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (check, {"model": "fail_safe"}, "unknown model 'fail_safe'; there are: fail_stop, fail_noisy"),
    (check, {"model": 7}, "model=7 is not possible; name one of: fail_stop"),
    (check, {"model": "fail_stop", "links": "perfect"}, "the model fail_stop has links of its own; leave links out"),
    (check, {"model": "fail_stop", "network": "fifo"}, "the model fail_stop has a network of its own; leave network"),
    (
        ablate,
        {"model": "fail_silent", "detector": "P"},
        "the model fail_silent has no failure detector; leave detector",
    ),
    (frontier, {"model": "fail_stop", "losses": range(2)}, "losses=0..1 is not possible in the model fail_stop, whose"),
    (
        frontier,
        {"model": "fail_stop", "partition": "bridge"},
        "partition=bridge is not possible in the model fail_stop",
    ),
    (frontier, {"model": "fail_stop", "crashes": 1}, "there is no budget to try: the model fail_stop has crashes"),
    (
        frontier,
        {"model": fail_recovery(1), "crashes": range(2)},
        "fail_recovery is given with its budgets, and crashes",
    ),
    (ablate, {"model": fail_silent(1), "crashes": 1}, "fail_silent is given with its budgets, and crashes is one of"),
]


@pytest.mark.parametrize(("verb", "options", "told"), CLASHES)
def test_what_clashes_with_a_model_is_refused(verb: Callable[..., Any], options: dict[str, Any], told: str) -> None:
    """With what was asked, and what is possible."""
    with pytest.raises(UsageError, match=told.replace("(", r"\(")):
        verb(Counter, **options)


@pytest.mark.parametrize("verb", ["check", "frontier", "ablate", "simulate", "show"])
def test_a_state_machine_is_of_no_model(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its faults are its own."""
    assert run([verb, "two_phase", "RM=2", "--model", "fail_stop"]) == 2
    assert "leave --model out" in capsys.readouterr().err
    with pytest.raises(UsageError, match=r"Paxos is a state machine.*; leave model out"):
        frontier(Paxos, Acceptor=2, Ballot=1, Value=1, model="fail_stop")

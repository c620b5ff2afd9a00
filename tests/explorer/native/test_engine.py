"""Native code as an engine: the count table, random machines, and what it does not know yet."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from typing import Any

import pytest
from counts.row import Row, When
from counts.run import outcome
from counts.table import ROWS
from hypothesis import HealthCheck, Phase, given, settings
from native_engine import MOST, told
from random_machines import machines

from indoubt import check, simulate
from indoubt.explorer.backends.backend import State
from indoubt.explorer.backends.native.layout import Layout
from indoubt.explorer.backends.native.packing import Packing
from indoubt.explorer.backends.native.slots import Slots, with_enough
from indoubt.explorer.backends.reference import Reference, StepFailed
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.answers import DEADLOCK
from indoubt.explorer.search.result import Verdict
from indoubt.finding.specs import UsageError
from indoubt.runs.result import Result
from indoubt.specs.commit.two_phase import TwoPhase
from indoubt.specs.language import Seq, Set, Sort, Spec, action, empty, invariant
from indoubt.specs.language.universe import Universe

LAST_OF_EACH = {row.spec.__name__: row for row in ROWS if row.when is When.ALWAYS and not row.symmetry}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LAST_OF_EACH))
def test_the_count_table_comes_out_equal(name: str) -> None:
    """Counts, verdicts and lengths are those of the reference interpreter."""
    row = LAST_OF_EACH[name]
    assert outcome(row, _natively(row)) == row.expected


def _natively(row: Row) -> Result:
    chosen = None if row.chosen is None else [name for name in row.chosen if name != DEADLOCK]
    deadlock = row.chosen is not None and DEADLOCK in row.chosen
    return check(
        row.spec,
        properties=chosen,
        deadlock=deadlock,
        constraints=row.constraints,
        engine="native",
        workers=2,
        **row.settings,
    )


@given(machine=machines())
@settings(
    max_examples=150,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_native_code_and_the_reference_agree_on_random_machines(machine: Machine) -> None:
    """Counts, levels, verdicts, lengths of counterexamples, bounds, and what fails."""
    machine = dataclasses.replace(machine, temporal=(), views=())
    found, expected = told(machine, MOST)
    if found is None:
        return
    assert found == expected
    states = _first_states(machine)
    assert with_enough(machine, lambda slots: _unpacked(machine, states, slots)) == states


def _unpacked(machine: Machine, states: list[State], slots: Slots) -> list[State]:
    layout = Layout(Packing(Universe(machine.sizes), slots), machine.variables)
    return [layout.unpack(layout.pack(state)) for state in states]


def _first_states(machine: Machine) -> list[State]:
    """The initial states and their successors."""
    reference = Reference(machine)
    try:
        states = [outcome[1] for outcome in reference.initial() if isinstance(outcome, tuple)]
        return states + [one[1] for state in states for one in reference.steps(state) if isinstance(one, tuple)]
    except StepFailed:
        return []


def test_what_native_code_does_not_know_is_refused_with_the_edit() -> None:
    """The reason says how large a state would be."""
    told = "cannot run Buffer: it does not know states of 79 words, where 64 is the most yet; run it with --engine"
    with pytest.raises(UsageError, match=told):
        check(Buffer, Item=2, queue=5000)
    with pytest.raises(UsageError, match=told):
        simulate(Buffer, Item=2, queue=5000)
    # It is the same question, and the answer of the other engine is there for the asking.
    assert check(Buffer, Item=2, queue=5000, engine="reference").verdict is Verdict.VIOLATED


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"engine": "fast"}, "unknown engine 'fast'; there are: native, reference"),
        ({"engine": "natve"}, "unknown engine 'natve'; there are: native, reference.*did you mean native"),
        ({"engine": "reference", "workers": 2}, "--workers is for native code; leave it out, or leave out --engine"),
        ({"engine": "reference", "memory": "1G"}, "--memory is for native code; leave it out, or leave out --engine"),
        ({"engine": "reference", "store": "fingerprint"}, "--store fingerprint is for native code; leave it out"),
        ({"engine": "reference", "disk": "."}, "--disk is for native code; leave it out"),
        ({"engine": "reference", "hugepages": False}, "--no-hugepages is for native code; leave it out"),
        ({"engine": "reference", "checkpoint": "kept"}, "--checkpoint is for native code; leave it out"),
        ({"workers": 0}, "workers=0 is not possible; give 1 or more"),
        ({"memory": "3X"}, "--memory 3X is no size; write a number with a unit, as in 4G or 512M"),
    ],
)
def test_engines_are_asked_for_in_words_that_there_are(given: dict[str, Any], message: str) -> None:
    """A wrong engine, or a setting of the other one, is told."""
    with pytest.raises(UsageError, match=message):
        check(TwoPhase, RM=2, **given)


def test_the_verdict_names_the_engine() -> None:
    """It is part of the envelope."""
    assert check(TwoPhase, RM=2).envelope.engine == "native code"
    assert check(TwoPhase, RM=2, engine="native").envelope.engine == "native code"
    assert check(TwoPhase, RM=2, engine="reference").envelope.engine == "reference interpreter"
    assert check(TwoPhase, RM=2, workers=2, memory="1G").envelope.engine == "native code, 2 workers"


WITHOUT_A_COMPILER = """
import sys
sys.modules["llvmlite"] = None
from indoubt.cli import run
sys.exit(run(sys.argv[1:]))
"""


def without_a_compiler(*arguments: str) -> tuple[int, str, str]:
    """The exit status of a command where `llvmlite` is not there, and what it says."""
    command = [sys.executable, "-c", WITHOUT_A_COMPILER, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", ["check", "simulate"])
def test_without_a_compiler_there_is_the_interpreter(command: str) -> None:
    """The message says what is missing, and what to do; with that, there is an answer."""
    status, output, error = without_a_compiler(command, "two_phase", "RM=2")
    assert (status, output) == (2, "")
    assert error.startswith("error: native code needs llvmlite, which cannot be loaded here (import of llvmlite ")
    assert error.endswith("); run with --engine reference, or install it\n")
    status, output, error = without_a_compiler(command, "two_phase", "RM=2", "--engine", "reference")
    assert (status, error) == (0 if command == "check" else 3, "")
    assert "reference interpreter\n" in output


class Item(Sort):
    """Something to be kept in order."""


class Buffer(Spec):
    """A sequence that may be too long for a state of native code."""

    queue: Seq[Item] = empty()

    @action
    def put(self, item: Item) -> None:
        """One more."""
        self.queue.append(item)

    @invariant
    def short(self) -> bool:
        """There is an end."""
        return len(self.queue) < 3


class Leaves(Spec):
    """The initial state violates the invariant, and none of its steps can be computed."""

    members: Set[Item] = empty()

    @action
    def leave(self, item: Item) -> None:
        """Of one that is not there."""
        self.members.remove(item)

    @invariant
    def somebody(self) -> bool:
        """Nobody is."""
        return len(self.members) > 0


@pytest.mark.parametrize("engine", ["reference", "native"])
def test_a_level_that_nobody_expands_cannot_fail(engine: str) -> None:
    """A state beside a violation is only looked at for a deadlock, and one whose steps fail is not stuck."""
    result = check(Leaves, Item=2, engine=engine, deadlock=True)
    assert {one.name: one.verdict for one in result.properties} == {
        "somebody": Verdict.VIOLATED,
        "deadlock": Verdict.INCONCLUSIVE,
    }

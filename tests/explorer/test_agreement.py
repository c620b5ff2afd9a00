"""The reference interpreter and the plain Python source agree: on library specs and on random ones."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from random_specs import specs

from indoubt import SpecError, find_spec
from indoubt.explorer.backends.backend import Backend, Broken, Refused, State
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.backends.source import Source
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.passes.pipeline import prepared
from indoubt.specs.language.declarations import capacities
from indoubt.specs.language.machine import Spec

REFUSED = {"S216", "S301", "S303"}
"""A loop over interchangeable members whose last turn decides, an integer that never fits, a comparison that is always
false: the generator writes such specs too, and the frontend is right to refuse them."""
FOLDER = Path(tempfile.mkdtemp(prefix="indoubt-random-specs-"))


def agree(spec: type[Spec], most_states: int, given: dict[str, Any]) -> int:
    """Compare states, steps and properties in breadth-first order; the number of states compared."""
    chosen = settle(spec, given)
    lowered = lower(spec, chosen)
    machine = prepared(lowered)
    reference, unprepared, source = Reference(machine), Reference(lowered), Source(spec, chosen, machine)
    assert list(reference.initial()) == list(source.initial())
    states = list(dict.fromkeys(outcome[1] for outcome in reference.initial() if isinstance(outcome, tuple)))
    known = set(states)
    for number, state in enumerate(states):
        if number == most_states:
            return number
        ours = steps(reference, state)
        assert ours == steps(unprepared, state), "the passes change the meaning of the machine"
        assert set(ours) == set(steps(source, state)), "the source does something else"
        for position, one in enumerate(machine.properties):
            if one.kind != "step_invariant":
                assert reference.holds(position, state) == source.holds(position, state), one.name
        for outcome in ours:
            after: State | str = outcome[-1]
            if not isinstance(after, str):
                for position, one in enumerate(machine.properties):
                    if one.kind == "step_invariant":
                        assert reference.holds(position, state, after) == source.holds(position, state, after), one.name
                if after not in known:
                    known.add(after)
                    states.append(after)
    return len(states)


def steps(backend: Backend, state: State) -> Counter[tuple[Any, ...]]:
    """The steps from a state, by action, arguments and successor; refused ones by action, once."""
    found: Counter[tuple[Any, ...]] = Counter()
    for outcome in backend.steps(state):
        if isinstance(outcome, Refused):
            found[outcome.action.name, "refused"] = 1
        elif isinstance(outcome, Broken):
            found[outcome.taken.action.name, outcome.taken.arguments, "broken"] += 1
        else:
            taken, after = outcome
            found[taken.action.name, taken.arguments, after] += 1
    return found


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("two_phase", {"RM": 3}),
        ("two_phase_commit", {"Participant": 2, "coordinator_crashes": 1, "participant_crashes": 1}),
        (
            "two_phase_commit",
            {"Participant": 2, "crashes": 2, "restarts": 1, "cooperative": True, "force_prepared": False},
        ),
        ("three_phase_commit", {"Participant": 2, "crashes": 1, "restarts": 1, "partitions": 1, "heals": 1}),
        ("three_phase_commit", {"Participant": 3, "partitions": 1}),
    ],
)
def test_source_and_machine_agree_on_the_library(name: str, given: dict[str, Any]) -> None:
    """Every state, step and property among the first states of the library's specs is the same."""
    assert agree(find_spec(name), 80, given) > 50


@given(text=specs())
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_source_and_machine_agree_on_random_specs(text: str) -> None:
    """Every state, step and property among the first states of a random spec is the same."""
    spec = spec_of(text)
    try:
        agree(spec, 25, {"Node": 2, "Rank": 3, **dict.fromkeys(capacities(spec), 2)})
    except SpecError as error:
        if not {mistake.code for mistake in error.diagnostics} <= REFUSED:
            raise
        reject()


def spec_of(text: str, name: str = "Machine") -> type[Spec]:
    """The spec of a name in a module with this text, imported from a file of its own."""
    path = FOLDER / f"random_{hashlib.sha256(text.encode()).hexdigest()[:16]}.py"
    path.write_text(text, encoding="utf-8")
    located = importlib.util.spec_from_file_location(path.stem, path)
    assert located is not None
    assert located.loader is not None
    module = importlib.util.module_from_spec(located)
    sys.modules[path.stem] = module
    located.loader.exec_module(module)
    machine = getattr(module, name)
    assert isinstance(machine, type)
    assert issubclass(machine, Spec)
    return machine

"""Arguments of the wrong kind are refused before anything is done, with what to give instead."""

from __future__ import annotations

import inspect
import math
from pathlib import Path
from typing import Any

import pytest

from indoubt import ablate, check, frontier, resume, simulate
from indoubt.finding.specs import UsageError
from indoubt.runs.arguments import KINDS
from indoubt.specs.commit.two_phase import TwoPhase

FUNCTIONS: tuple[Any, ...] = (check, simulate, frontier, ablate, resume)
ELSEWHERE = {"network", "faults", "detector", "refines", "checkpoint", "settings", "links", "model"}
"""What other modules look at."""
VALUES: tuple[Any, ...] = (
    *(None, 0, True, 1.5, math.nan, math.inf, "x", b"x", ["x"], [1], {"x": 1}, {"x": "y"}, {1: 2}, {}, [], object()),
    *(3j, Path("x"), len, int, TwoPhase, range(3)),
)
RIGHT: dict[str, set[Any]] = {
    "max_states": {0},
    "max_depth": {0},
    "timeout": {0, 1.5},
    "checkpoint_every": {0, 1.5},
    "seed": {0},
    "runs": {0},
    "depth": {0},
    "bmc": {0},
    "induction": {0},
    "workers": {0},
    "memory": {0, "x"},
    "deadlock": {True},
    "hugepages": {True},
    "run_all": {True},
    "keep_dead": {True},
    "view": {"x"},
    "minimal": {"x"},
    "engine": {"x"},
    "store": {"x"},
    "in_flight": {"x"},
    "partition": {"x"},
    "disk": {"x", Path("x")},
    "progress": {len, int, TwoPhase},
    "told": {len, int, TwoPhase},
    "symmetry": {True, "x"},
}
"""Those of the values that are of a kind and can be in a set."""
ALSO: dict[str, list[Any]] = {
    "properties": [["x"], []],
    "constraints": [["x"], []],
    "bounds": [{"x": 1}, {}],
    "mapping": [{"x": "y"}, {}],
    "symmetry": [["x"]],
}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.__name__)
def test_every_argument_is_looked_at(function: Any) -> None:
    """By one place or another; a new one has to have a kind."""
    named = {one.name for one in inspect.signature(function).parameters.values() if one.kind is not one.POSITIONAL_ONLY}
    assert named - KINDS.keys() - ELSEWHERE <= {"path"}


@pytest.mark.parametrize("name", KINDS)
def test_values_of_another_kind_are_refused(name: str) -> None:
    """By each function that has the argument; those of its kind are not, and neither are defaults."""
    right = [*RIGHT.get(name, ()), *ALSO.get(name, ())]
    for value in VALUES:
        is_right = any(type(one) is type(value) and one == value for one in right)
        assert KINDS[name].fits(value) == is_right, (name, value)
    wrong = object()
    for function in FUNCTIONS:
        if name in inspect.signature(function).parameters:
            with pytest.raises(UsageError, match=rf"^{name}=<object.*> is not possible; give "):
                function(TwoPhase, **{name: wrong})


def test_other_arguments_are_refused_where_they_are_used() -> None:
    """A spec, a checkpoint and a number of workers that are none; limits beyond all numbers are none at all."""
    for function in (check, simulate, frontier, ablate):
        with pytest.raises(TypeError, match="3 is no spec; give a class"):
            function(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(UsageError, match="3 is no checkpoint; give the path"):
        resume(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(UsageError, match="checkpoint=3 is not possible"):
        check(TwoPhase, RM=1, checkpoint=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(UsageError, match="give 1024 or fewer"):
        check(TwoPhase, RM=1, workers=2**40)
    assert check(TwoPhase, RM=1, max_states=2**64 + 1, max_depth=2**64 + 1).verdict.value == "holds"

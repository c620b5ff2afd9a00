"""Whether several backends mean the same: `agree(machine, *backends)` compares all that a search asks of them.

A backend that is to be trusted, native code for example, is compared with the reference interpreter on random machines
and on the library: `agree(machine, Reference(machine), Native(machine))`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from indoubt.explorer.backends.backend import Backend, Broken, Outcome, Refused, State
from indoubt.explorer.backends.reference import StepFailed
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.values import decode, encode
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.universe import BoundReached, Universe, within

T = TypeVar("T")
FAILED = "failed"
"""What stands for a value that cannot be computed; a backend may tell so in its own way."""
FAILURES = (StepFailed, BoundReached, IndexError, KeyError, ValueError)
FOLDER = Path(tempfile.mkdtemp(prefix="indoubt-random-machines-"))
Seen = Counter[tuple[Any, ...]]


def agree(machine: Machine, first: Backend, *others: Backend, most_states: int = 200) -> int:
    """Compare initial states, steps, properties, constraints and views of the first states, in breadth-first order.

    Raises AssertionError where backends differ; returns the number of states that were compared.
    """
    start = _initial(first)
    for other in others:
        assert _initial(other) == start, "other initial states"
    states = list(dict.fromkeys(_successors(start)))
    known = set(states)
    for number, state in enumerate(states):
        if number == most_states:
            return number
        _check_encoding(machine, state)
        steps = _steps(first, state)
        claims = _claims(first, state, steps)
        for other in others:
            assert _steps(other, state) == steps, f"other steps from {state}"
            assert _claims(other, state, steps) == claims, f"other properties of {state}"
        for after in _successors(steps):
            if after not in known:
                known.add(after)
                states.append(after)
    return len(states)


def _initial(backend: Backend) -> Seen:
    """The initial states with the choices that make them; refused choices by name, once."""
    found: Seen = Counter()
    try:
        for outcome in backend.initial():
            if isinstance(outcome, Refused):
                found[outcome.action.name, "refused"] = 1
            else:
                taken, state = outcome
                found[None if taken is None else (taken.action.name, taken.arguments), state] += 1
    except FAILURES:
        return Counter([(FAILED,)])
    return found


def _steps(backend: Backend, state: State) -> Seen:
    """The steps from a state; a failure ends them, so that only those of the actions before it are the same."""
    found: Seen = Counter()
    last = None
    try:
        for outcome in backend.steps(state):
            _hold(backend, state)  # a search asks in between, which disturbs nothing
            action, what = _what(outcome)
            found[action, *what] = 1 if what == ("refused",) else found[action, *what] + 1
            last = action
    except FAILURES as error:
        failing = error.name if isinstance(error, StepFailed) else _failing(backend, last, error)
        return Counter({what: count for what, count in found.items() if what[0] != failing}) + Counter(
            [(failing, FAILED)]
        )
    return found


def _failing(backend: Backend, last: str | None, error: Exception) -> str:
    """The action in which plain Python failed, by the frames of its source."""
    names = {action.name for action in backend.machine.actions}
    trace, found = error.__traceback__, last or ""
    while trace is not None:
        if trace.tb_frame.f_code.co_name in names:
            found = trace.tb_frame.f_code.co_name
        trace = trace.tb_next
    return found


def _what(outcome: Outcome) -> tuple[str, tuple[Any, ...]]:
    match outcome:
        case Refused(action):
            return action.name, ("refused",)
        case Broken(taken):
            return taken.action.name, (taken.arguments, "broken")
        case (taken, after):
            return taken.action.name, (taken.arguments, after)


def _successors(steps: Iterable[tuple[Any, ...]]) -> list[State]:
    return [step[-1] for step in steps if isinstance(step[-1], tuple)]


def _hold(backend: Backend, state: State) -> list[object]:
    return [
        _value(partial(backend.holds, position, state))
        for position, one in enumerate(backend.machine.properties)
        if one.kind != "step_invariant"
    ]


def _claims(backend: Backend, state: State, steps: Iterable[tuple[Any, ...]]) -> list[object]:
    """The properties of a state and of its steps, its constraints and views."""
    machine = backend.machine
    found = _hold(backend, state)
    for after in dict.fromkeys(_successors(steps)):
        found += [
            _value(partial(backend.holds, position, state, after))
            for position, one in enumerate(machine.properties)
            if one.kind == "step_invariant"
        ]
    found += [_value(partial(backend.admits, position, state)) for position in range(len(machine.constraints))]
    found += [_value(partial(backend.view, position, state)) for position in range(len(machine.views))]
    for position in range(len(machine.temporal)):
        for arguments in backend.instances(position):
            found += [arguments, _value(partial(backend.promised, position, arguments, state))]
    return found


def _value(compute: Callable[[], T]) -> T | str:
    try:
        return compute()
    except FAILURES:
        return FAILED


def _check_encoding(machine: Machine, state: State) -> None:
    """Encoded values are decoded to values that are encoded alike."""
    with within(Universe(machine.sizes)):
        for variable, value in zip(machine.variables, state, strict=True):
            decoded = decode(value, variable.type)
            assert encode(decoded, variable.type) == value, f"{value} is decoded as {decoded}"


def spec_of(text: str, name: str) -> type[Spec]:
    """The spec `name` in a module with this text, imported from a file of its own."""
    path = FOLDER / f"random_{hashlib.sha256(text.encode()).hexdigest()[:16]}.py"
    path.write_text(text, encoding="utf-8")
    located = importlib.util.spec_from_file_location(path.stem, path)
    assert located is not None
    assert located.loader is not None
    module = importlib.util.module_from_spec(located)
    sys.modules[path.stem] = module
    located.loader.exec_module(module)
    spec: type[Spec] = getattr(module, name)
    assert issubclass(spec, Spec)
    return spec

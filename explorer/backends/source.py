"""The Python source itself as a backend: the second opinion on every machine.

A state is put into an object of the spec class, and its methods are called as a user would call them; the machine is
asked for the types of variables and parameters only. Slow, and meant for comparison.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any

from indoubt.explorer.backends.backend import Broken, Outcome, Refused, State, Taken
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.ir.types import ListType
from indoubt.explorer.ir.values import decode, encode
from indoubt.specs.language.domains import cardinality, members
from indoubt.specs.language.failures import is_owed
from indoubt.specs.language.guards import NotEnabled
from indoubt.specs.language.machine import Spec, declared
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.systems import System
from indoubt.specs.language.types import SetType, Type, alternatives_of
from indoubt.specs.language.universe import BoundReached, within

LARGEST_ENUMERATION = 4096
"""A parameter of a larger type ranges over the values of that type which stand in a set of the state."""


BROKEN = object()
"""What a call comes to in which an `assert` does not hold."""


class Source:
    """Runs a spec class; see `backend.Backend`."""

    def __init__(self, spec: type[Spec], settings: Settings, machine: Machine) -> None:
        self.machine = machine
        self._universe = settings.universe
        self._blank = declared(spec, settings)

    def initial(self) -> Iterator[tuple[Taken | None, State] | Refused]:
        """Every initial state, with the choice that makes it, and the choices that a bound refuses."""
        if not self.machine.initial:
            yield None, self._encoded(self._blank)
        for action in self.machine.initial:
            for arguments in self._arguments(action, self._blank):
                outcome = self._called(action, copy.copy(self._blank), arguments)
                if isinstance(outcome, tuple):
                    yield self._taken(action, arguments), outcome
                elif isinstance(outcome, Refused):
                    yield outcome

    def steps(self, state: State) -> Iterator[Outcome]:
        """Every enabled choice in `state` with its successor."""
        before = self._decoded(state)
        for action in self.machine.actions:
            for arguments in self._arguments(action, before):
                outcome = self._called(action, copy.copy(before), arguments)
                if outcome is BROKEN:
                    yield Broken(self._taken(action, arguments), "assert")
                elif isinstance(outcome, Refused):
                    yield outcome
                elif isinstance(outcome, tuple):
                    yield self._taken(action, arguments), outcome

    def dropped(self) -> tuple[str, ...]:
        """Nothing: what plain Python leaves out, it does not tell."""
        return ()

    def owes(self, taken: Taken, state: State) -> bool:
        """Whether fairness may demand a step that is enabled in `state`: of a system, its plan says so."""
        before = self._decoded(state)
        plan = getattr(getattr(type(before), taken.action.name), "__indoubt_plan__", None)
        if plan is None or not isinstance(before, System):
            return True
        choices = zip(taken.action.choices, taken.arguments, strict=True)
        with within(self._universe):
            given = {choice.local.name.partition("#")[0]: decode(value, choice.range) for choice, value in choices}
        return is_owed(before, plan, given)

    def watch(self, look: Callable[[], None]) -> None:
        """Nobody looks at the clock while Python runs the source: it is there for comparison."""

    def admits(self, position: int, state: State) -> bool:
        """Whether the state constraint at `position` admits `state`."""
        return bool(getattr(self._decoded(state), self.machine.constraints[position].name)())

    def view(self, position: int, state: State) -> State:
        """What the view at `position` sees of `state`."""
        view = self.machine.views[position]
        seen = getattr(self._decoded(state), view.name)()
        types = [part.type for part in view.parts]
        with within(self._universe):
            values = zip(seen if len(types) > 1 else (seen,), types, strict=True)
            return tuple(encode(value, type_) for value, type_ in values if not isinstance(type_, ListType))

    def instances(self, position: int) -> list[tuple[Any, ...]]:
        """The arguments for which the temporal property at `position` is checked."""
        choices = self.machine.temporal[position].choices
        with within(self._universe):
            values = product(*(members(choice.range) for choice in choices))
            return [
                tuple(encode(value, choice.range) for value, choice in zip(one, choices, strict=True)) for one in values
            ]

    def promised(self, position: int, arguments: tuple[Any, ...], state: State) -> tuple[bool, bool]:
        """Whether trigger and goal of the temporal property at `position` hold in `state`."""
        one = self.machine.temporal[position]
        with within(self._universe):
            given = [decode(value, choice.range) for value, choice in zip(arguments, one.choices, strict=True)]
        said = getattr(self._decoded(state), one.name)(*given)
        return (bool(said[0]), bool(said[1])) if one.kind == "leads_to" else (True, bool(said))

    def holds(self, position: int, state: State, after: State | None = None) -> bool:
        """Whether the property at `position` holds."""
        method = getattr(self._decoded(state), self.machine.properties[position].name)
        return bool(method() if after is None else method(self._decoded(after)))

    def _called(self, action: Action, state: Spec, arguments: tuple[Any, ...]) -> State | Refused | object | None:
        try:
            # By name: a machine leaves out parameters of a crash inside a handler that make no difference to it.
            names = (choice.local.name.partition("#")[0] for choice in action.choices)
            getattr(state, action.name)(**dict(zip(names, arguments, strict=True)))
            return self._encoded(state)
        except NotEnabled:
            return None
        except AssertionError:
            return BROKEN
        except BoundReached as reached:
            return Refused(action, reached.bound)

    def _arguments(self, action: Action, state: Spec) -> Iterable[tuple[Any, ...]]:
        with within(self._universe):
            return list(product(*(self._range(choice.range, state) for choice in action.choices)))

    def _range(self, type_: Type, state: Spec) -> list[Any]:
        if cardinality(type_) <= LARGEST_ENUMERATION:
            return list(members(type_))
        found: list[Any] = []
        for variable in self.machine.variables:
            if isinstance(variable.type, SetType) and set(alternatives_of(type_)) & set(
                alternatives_of(variable.type.element)
            ):
                found += [value for value in getattr(state, variable.name) if value not in found]
        return found

    def _taken(self, action: Action, arguments: tuple[Any, ...]) -> Taken:
        encoded = (encode(value, choice.range) for value, choice in zip(arguments, action.choices, strict=True))
        with within(self._universe):
            return Taken(action, tuple(encoded))

    def _encoded(self, state: Spec) -> State:
        with within(self._universe):
            return tuple(encode(getattr(state, variable.name), variable.type) for variable in self.machine.variables)

    def _decoded(self, state: State) -> Spec:
        decoded = copy.copy(self._blank)
        with within(self._universe):
            for variable, value in zip(self.machine.variables, state, strict=True):
                setattr(decoded, variable.name, decode(value, variable.type))
        return decoded

"""The plain source as a backend: initial states."""

from __future__ import annotations

from typing import Annotated

from small_machines import Impossible

from indoubt.explorer.backends.backend import Refused
from indoubt.explorer.backends.source import Source
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.specs.language import Between, Spec, action, initial
from indoubt.specs.language.machine import Spec as AnySpec


class Shifted(Spec):
    """Begins one above the declared value."""

    x: Annotated[int, Between(0, 2)] = 0

    @initial
    def start(self) -> None:
        self.x += 1

    @action
    def stay(self) -> None:
        pass


class Overshot(Shifted):
    """Begins beyond its interval."""

    @initial
    def start(self) -> None:
        self.x += 2
        self.x += 1


def source(spec: type[AnySpec]) -> Source:
    """A spec as a backend."""
    settings = settle(spec, {})
    return Source(spec, settings, lower(spec, settings))


def test_an_initial_method_without_parameters_is_called_once() -> None:
    """A second call, on the state that the first has made, would be another initial state."""
    assert [outcome[1] for outcome in source(Shifted).initial() if isinstance(outcome, tuple)] == [(1,)]


def test_an_initial_method_may_leave_no_state() -> None:
    """A guard or a bound refuses the choice, and is no error of the one who asks."""
    assert list(source(Impossible).initial()) == []
    assert [type(outcome) for outcome in source(Overshot).initial()] == [Refused]

"""A trace: an initial state and the steps that lead from it to the state that shows a property broken or reached."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal

from indoubt.specs.language.display import show
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Fault, Spec
from indoubt.specs.language.settings import Settings

if TYPE_CHECKING:
    from indoubt.counterexamples.graph import SpaceTimeGraph

State = Mapping[str, Any]
"""The value of each state variable, by name, in the order of declaration."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action with its arguments, and the states before and after it.

    `summary` is the first line of the action's docstring, `line` its place in the author's file, `fault` and `by` what
    the author said of it for people who look at traces.
    """

    action: str
    arguments: Mapping[str, Any]
    before: State
    after: State
    summary: str = ""
    line: int = 0
    fault: Fault | None = None
    by: str | None = None

    @property
    def changes(self) -> dict[str, tuple[Any, Any]]:
        """The variables that the step changes, with their values before and after."""
        return {name: (value, self.after[name]) for name, value in self.before.items() if value != self.after[name]}


@dataclass(frozen=True, slots=True)
class Trace:
    """A shortest way to a state (or, for a step invariant or a refinement, to a step) that decides a property.

    `kind` is invariant, step_invariant, reachable, deadlock or refinement, one of the kinds of temporal properties, or
    scenario where somebody drove the spec by hand and no property is decided; `claim` is what the property says, in the
    words of its author, or what a step does that the abstract spec does not allow; `choice` are the arguments of
    `@initial`, `arguments` those of a temporal property. A run that breaks such a property repeats for ever what comes
    behind the state `back_to`, which is equal to the last one; it stands still if it is the last one. `len(trace)`
    counts states, as TLC does.
    """

    spec: type[Spec]
    settings: Settings
    property: str
    kind: str
    claim: str
    initial: State
    steps: tuple[Step, ...]
    choice: Mapping[str, Any]
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    back_to: int | None = None

    def __len__(self) -> int:
        return 1 + len(self.steps)

    @builtins.property  # `property` is a field here
    def states(self) -> tuple[State, ...]:
        """Every state of the trace, the initial one first."""
        return (self.initial, *(step.after for step in self.steps))

    @builtins.property
    def shows(self) -> str:
        """The property with its arguments, if it has any: `served(Process0)`."""
        arguments = ", ".join(show(value) for value in self.arguments.values())
        return f"{self.property}({arguments})" if arguments else self.property

    @builtins.property
    def last(self) -> State:
        """The state that the trace ends in."""
        return self.states[-1]

    def to_networkx(self, view: Literal["space_time", "states"] = "space_time") -> SpaceTimeGraph:
        """The trace as a `networkx.MultiDiGraph`, described in `indoubt.counterexamples.graph`."""
        from indoubt.counterexamples import graph  # noqa: PLC0415 - networkx is loaded when a graph is asked for

        return graph.to_networkx(self, view)

"""Setting up a refinement check, and confirming a broken one with the Python sources of both specs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from indoubt.counterexamples.replay import ObservedTrace, ReplayMismatch, in_state, initial_state, replay
from indoubt.counterexamples.trace import Trace
from indoubt.explorer.backends.backend import Refused, State
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.backends.source import Source
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.frontend.refinement import lower_mapping
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.types import ListType
from indoubt.explorer.ir.values import decode, encode
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.refinement import Refinement
from indoubt.specs.language.declarations import capacities, parameter_names, survey
from indoubt.specs.language.display import show
from indoubt.specs.language.domains import settled
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import QUORUMS, SettingError, Settings
from indoubt.specs.language.universe import within


class Refining:
    """A concrete spec that is to refine an abstract one, with what the names of the abstract variables mean."""

    def __init__(
        self, spec: type[Spec], settings: Settings, machine: Machine, abstract: type[Spec], names: Mapping[str, str]
    ) -> None:
        self._spec, self._settings, self._names = spec, settings, names
        self._abstract = abstract
        self._abstract_settings = _shared(spec, settings, abstract)
        self._abstract_machine = prepared(lower(abstract, self._abstract_settings))
        mapping = lower_mapping(spec, settings, self._abstract_machine, names)
        self.mapping = mapping
        self._types = [expr.type for expr in mapping]
        self.refinement = Refinement(machine, mapping, Reference(self._abstract_machine), names)

    def confirmed(self, trace: Trace) -> ObservedTrace:
        """The trace, once both sources have confirmed that its last step is none of the abstract spec.

        Its claim says what that step does. Raises ReplayMismatch where they do not.
        """
        observed = replay(trace)
        source = Source(self._abstract, self._abstract_settings, self._abstract_machine)
        if trace.steps:
            start, end = (self._seen(trace, state) for state in trace.states[-2:])
            allowed = {outcome[1] for outcome in source.steps(start) if isinstance(outcome, tuple)} | {start}
        else:
            end = self._seen(trace, trace.initial)
            allowed = {outcome[1] for outcome in source.initial() if isinstance(outcome, tuple)}
        if end in allowed:
            raise ReplayMismatch("the last step", f"{self._abstract.__name__} does not allow it", "allows it")
        return dataclasses.replace(observed, trace=dataclasses.replace(trace, claim=self._told(trace)))

    def _told(self, trace: Trace) -> str:
        """What the last step changes in the abstract spec, which does not allow it."""
        name, after = self._abstract.__name__, self._values(trace, trace.last)
        if not trace.steps:
            values = ", ".join(f"{variable} = {show(value)}" for variable, value in after.items())
            return f"it begins with {values}, where {name} cannot begin"
        before = self._values(trace, trace.states[-2])
        changed = [
            f"{variable} from {show(value)} to {show(after[variable])}"
            for variable, value in before.items()
            if value != after[variable]
        ]
        told = f"the last step changes {', '.join(changed)}, and no action of {name} does that"
        refused = dict.fromkeys(
            f"{outcome.action.name} would leave its bound {outcome.bound}"
            for outcome in Reference(self._abstract_machine).steps(self._seen(trace, trace.states[-2]))
            if isinstance(outcome, Refused)
        )
        return f"{told} ({', '.join(refused)})" if refused else told

    def _seen(self, trace: Trace, state: Mapping[str, Any]) -> State:
        """The abstract state that a concrete one stands for, as the Python source of the concrete spec computes it."""
        held = in_state(initial_state(self._spec, self._settings, trace.choice), state)
        values: list[Any] = []
        with within(self._settings.universe):
            for variable, type_ in zip(self._abstract_machine.variables, self._types, strict=True):
                found = getattr(held, self._names.get(variable.name, variable.name))
                assert not isinstance(type_, ListType)
                values.append(encode(settled(found() if callable(found) else found, type_, variable.name), type_))
        return tuple(values)

    def _values(self, trace: Trace, state: Mapping[str, Any]) -> dict[str, Any]:
        """The variables of the abstract state, in its own words."""
        seen = self._seen(trace, state)
        with within(self._abstract_settings.universe):
            return {
                variable.name: decode(value, variable.type)
                for variable, value in zip(self._abstract_machine.variables, seen, strict=True)
            }


def _shared(spec: type[Spec], settings: Settings, abstract: type[Spec]) -> Settings:
    """The settings of an abstract spec: those of the concrete run. Raises SettingError where one is missing."""
    wanted = {sort.__name__ for sort in survey(abstract).sorts if sort.fixed_size is None}
    wanted |= {*parameter_names(abstract), *survey(abstract).bounds, *capacities(abstract)}
    given = {**settings.sizes, **settings.parameters, **settings.bounds}
    if survey(abstract).has_quorums and settings.quorums:
        named = {sort: system for sort, system in settings.quorums.items() if sort in wanted}
        given[QUORUMS] = settings.quorums.get(None, named)
        wanted.add(QUORUMS)
    try:
        return settle(abstract, {name: value for name, value in given.items() if name in wanted})
    except SettingError as error:
        reason = f"{abstract.__name__} takes its settings from {spec.__name__}, by name"
        raise SettingError(f"{str(error).partition(';')[0]}; {reason}") from None

"""One step from any state: whether it breaks a property that held before, at fixed sizes.

Where a solver for every size gives up, a step at small sizes is often found at once: it is a formula of propositional
logic then. Nothing is proved here, since a larger size may have what a small one has not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indoubt.invariants.bounded.circuit import FALSE, TRUE, negated
from indoubt.invariants.bounded.model import Claim, Model, State
from indoubt.invariants.bounded.unrolling import Found, Unrolling, Way
from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Breaking:
    """A state, reachable or not, and the arguments of an action whose step from there breaks a property."""

    before: State
    arguments: tuple[Any, ...]


class SingleSteps:
    """Looks for single steps of a model, from states in which given properties hold."""

    def __init__(self, model: Model, timeout_s: float) -> None:
        self._model = model
        self._timeout_s = timeout_s
        self._paths: dict[tuple[str, ...], tuple[Unrolling, Unrolling]] = {}

    def breaking(self, name: str, action: str, assumed: Sequence[str]) -> Breaking | None:
        """A step of an action that breaks a property, where the assumed ones held; None where none was found in time.

        The property may be an invariant, a step invariant or an `assert`, by its name.
        """
        state, step = self._begun(tuple(assumed))
        claims = {one.property.name: one for one in self._model.claims}
        step_claims = {one.property.name: one for one in self._model.step_claims}
        instances = [number for number, one in enumerate(self._model.steps.instances) if one.action.name == action]
        if name in claims:
            return self._of(step, self._broken(claims[name]), instances, of_step=False)
        if name in step_claims:
            return self._of(step, self._broken(step_claims[name]), instances, of_step=True)
        for one in self._model.steps.broken:
            if one.name == name and one.action.name == action and state.find(one.literal) is Found.YES:
                return Breaking(state.way_or_raise().start, one.arguments)
        return None

    def needed(self, name: str, action: str, assumed: Sequence[str]) -> tuple[str, ...] | None:
        """Which assumed properties keep every step of an action from breaking another one; None where they do not."""
        claims = {one.property.name: one for one in self._model.claims}
        step_claims = {one.property.name: one for one in self._model.step_claims}
        one = claims.get(name) or step_claims.get(name)
        if one is None:
            return None
        paths = self._path((), 1)
        instances = [number for number, one in enumerate(self._model.steps.instances) if one.action.name == action]
        both = self._model.circuit.both
        given = {other: both(claims[other].holds, negated(claims[other].failed)) for other in assumed}
        return paths.needed(self._broken(one), given, of_step=name in step_claims, by=instances)

    def _broken(self, one: Claim) -> int:
        return self._model.circuit.both(negated(one.holds), negated(one.failed))

    @staticmethod
    def _of(paths: Unrolling, literal: int, instances: Sequence[int], *, of_step: bool) -> Breaking | None:
        if literal == FALSE or paths.find(literal, of_step=of_step, by=instances) is not Found.YES:
            return None
        way: Way = paths.way_or_raise()
        return Breaking(way.start, way.steps[-1][0].arguments)

    def _begun(self, assumed: tuple[str, ...]) -> tuple[Unrolling, Unrolling]:
        """A state in which some properties hold, and the same with a step from there."""
        if assumed not in self._paths:
            self._paths.clear()  # what was assumed before is not assumed again
            self._paths[assumed] = self._path(assumed, 0), self._path(assumed, 1)
        return self._paths[assumed]

    def _path(self, assumed: tuple[str, ...], steps: int) -> Unrolling:
        paths = Unrolling(self._model, self._timeout_s)
        paths.begin_anywhere()
        for one in self._model.claims:
            if one.property.name in assumed:
                paths.require(one.holds, 0)
                if one.failed not in (FALSE, TRUE):
                    paths.require(negated(one.failed), 0)
        for _ in range(steps):
            paths.extend()
        return paths

"""Refinement: every step of a machine, seen through a mapping, is a step of an abstract machine or changes nothing.

Source: Abadi and Lamport, "The Existence of Refinement Mappings" (1991); safety only, without history variables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indoubt.explorer.backends.backend import Backend, State
from indoubt.explorer.backends.evaluation import Evaluator
from indoubt.explorer.ir.nodes import Expr, Machine
from indoubt.specs.language.universe import Universe, within


class Refinement:
    """Asks an abstract backend whether it allows what a concrete machine does.

    `mapping` computes the abstract variables, in their order; `names` are those that the run has mapped by hand.
    """

    def __init__(
        self, concrete: Machine, mapping: tuple[Expr, ...], abstract: Backend, names: Mapping[str, str] | None = None
    ) -> None:
        self.name = f"refines {abstract.machine.name}"
        where = "".join(f", with {variable} = {name}" for variable, name in (names or {}).items())
        self.claim = f"every step is a step of {abstract.machine.name}, or changes nothing there{where}"
        self._abstract = abstract
        with within(Universe(concrete.sizes)):
            evaluator = Evaluator([variable.name for variable in concrete.variables])
            self._mapping = [evaluator.expression(expr) for expr in mapping]
        self._frame: list[Any] = [None] * len(evaluator.slots)
        self._initial = {outcome[1] for outcome in abstract.initial() if isinstance(outcome, tuple)}
        self._successors: dict[State, frozenset[State]] = {}

    def seen(self, state: State) -> State:
        """The abstract state that a concrete one stands for."""
        return tuple([value(state, self._frame) for value in self._mapping])

    def allows_initial(self, state: State) -> bool:
        """Whether the abstract machine may begin here."""
        return self.seen(state) in self._initial

    def allows(self, before: State, after: State) -> bool:
        """Whether the abstract machine may take this step, or stands still."""
        start, end = self.seen(before), self.seen(after)
        if start == end:
            return True
        known = self._successors.get(start)
        if known is None:
            known = frozenset(outcome[1] for outcome in self._abstract.steps(start) if isinstance(outcome, tuple))
            self._successors[start] = known
        return end in known

"""Whether a node takes steps: guards of what its handlers are translated to, only where a run has what they ask."""

from __future__ import annotations

import ast
from collections.abc import Collection

from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.byzantine import IS_BYZANTINE
from indoubt.specs.language.layout import Part


class Awake:
    """Writes the guards; `variables` are those that the run has."""

    def __init__(self, places: Places, variables: Collection[str]) -> None:
        self._places = places
        self._variables = variables

    def up(self, part: Part, at: ast.AST) -> list[ast.stmt]:
        """The guards that the node has not crashed, is not Byzantine and not paused, where it may be."""
        up = self.honest(part, at)
        if part.variable("is_up") in self._variables:
            up = [*self._places.placed("require(UP)", at, UP=self._places.field(part, "is_up", at)), *up]
        paused = self.paused(part, at)
        return up if paused is None else [*up, *self._places.placed("require(not PAUSED)", at, PAUSED=paused)]

    def honest(self, part: Part, at: ast.AST) -> list[ast.stmt]:
        """The guard that the node is not Byzantine, where it may be."""
        if part.variable(IS_BYZANTINE) not in self._variables:
            return []
        field = self._places.field(part, IS_BYZANTINE, at)
        return self._places.placed("require(not BYZANTINE)", at, BYZANTINE=field)

    def paused(self, part: Part, at: ast.AST) -> ast.expr | None:
        """Whether the node is paused; None where nodes are not."""
        if part.variable("is_paused") not in self._variables:
            return None
        return self._places.field(part, "is_paused", at)

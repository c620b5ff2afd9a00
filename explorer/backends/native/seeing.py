"""What a view, or an abstract spec, sees of a state: places in packed states, and the code that fills them.

A view keeps the first words of a state for what tells states apart: the variables that it returns, and what else it
computes. States whose first words are equal count as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indoubt.explorer.backends.backend import State
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.expressions import Expressions, Reason
from indoubt.explorer.backends.native.layout import Layout
from indoubt.explorer.backends.native.packing import Packing, Unsupported
from indoubt.explorer.backends.native.slots import TooFewSlots
from indoubt.explorer.backends.native.variables import Variables
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.ir.expressions import Expr, Load
from indoubt.explorer.ir.machine import Machine, Variable
from indoubt.explorer.ir.types import ListType
from indoubt.specs.language.types import Type


class ViewedLayout(Layout):
    """The layout of states that a view tells apart: what it sees of them comes first."""

    def __init__(self, packing: Packing, machine: Machine, position: int) -> None:
        """`position` is that of the view."""
        parts = machine.views[position].parts
        self._own = len(machine.variables)
        self._computed_places = [place for place, part in enumerate(parts) if not isinstance(part, Load)]
        self.computed = {f"#{place}": parts[place] for place in self._computed_places}
        """The expressions that a view computes, by the names of the places that they have in a state."""
        kept = {part.variable for part in parts if isinstance(part, Load)} | self.computed.keys()
        super().__init__(packing, (*machine.variables, *variables_of(self.computed)), kept)
        self._position = position
        self._reference = Reference(machine) if self.computed else None

    def pack(self, state: State) -> int:
        """A state as one integer, with what is seen of it. Raises StepFailed where that cannot be computed."""
        if self._reference is None:
            return super().pack(state)
        seen = self._reference.view(self._position, state)
        return super().pack((*state, *(seen[place] for place in self._computed_places)))

    def unpack(self, bits: int) -> State:
        """The state that is packed in an integer."""
        return super().unpack(bits)[: self._own]


def variables_of(expressions: dict[str, Expr]) -> list[Variable]:
    """Places for the values of expressions. Raises Unsupported for lists."""
    return [Variable(name, _type_of(expr), None) for name, expr in expressions.items()]


def _type_of(expr: Expr) -> Type:
    type_: Any = expr.type
    if isinstance(type_, ListType):
        raise Unsupported("a list that a state is told by")
    return type_  # type: ignore[no-any-return]


def see_text(layout: Layout, mapping: Sequence[Expr], crowded: dict[Type, None]) -> tuple[str, int]:
    """The function that writes the abstract state that a state stands for, and how many words that has.

    Types of which a value may have had too few slots are added to `crowded`.
    """
    expressions = {f"#{place}": expr for place, expr in enumerate(mapping)}
    abstract = Layout(layout.packing, variables_of(expressions))
    b = Builder()

    def stop(reason: Reason) -> None:
        if isinstance(reason, TooFewSlots):
            crowded.update(dict.fromkeys(reason.types))
        b.leave("i64 1")

    of = Expressions(b, layout.packing, Variables(b, layout, "%state").value, stop)
    values = {name: of.expression(expr) for name, expr in expressions.items()}
    Variables(b, abstract, "").write(values, "%abstract")
    b.leave("i64 0")
    return b.text("define i64 @see(ptr %state, ptr %abstract)"), abstract.words

"""What evaluation is made of: closures over a state and a frame of locals."""

from __future__ import annotations

from collections.abc import Callable, MutableSequence, Sequence
from typing import Any

from indoubt.explorer.ir.expressions import Span
from indoubt.explorer.ir.values import decode
from indoubt.specs.language.display import show
from indoubt.specs.language.types import Type
from indoubt.specs.language.universe import current_universe, within

Frame = MutableSequence[Any]
Evaluate = Callable[[Sequence[Any], Frame], Any]


class EvaluationFailed(Exception):
    """An expression has no value here: the least element of an empty set, for example.

    `code` is that of the kind of mistake, `span` the place of the expression in the author's source.
    """

    def __init__(self, code: str, reason: str, span: Span | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.span = span


def teller(type_: Type) -> Callable[[Any], str]:
    """What shows an encoded value as the author writes it; made in the universe of the run."""
    universe = current_universe()
    assert universe is not None

    def tell(value: Any) -> str:
        with within(universe):
            return show(decode(value, type_))

    return tell

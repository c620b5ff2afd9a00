"""What expressions of the machine mean, where a random machine seldom asks."""

from __future__ import annotations

from typing import Any

import pytest
from spec_texts import lowered

from indoubt.explorer.backends.evaluation import Evaluator
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.ir.expressions import Literal, Widen
from indoubt.explorer.ir.values import encode
from indoubt.explorer.search.breadth_first import explore
from indoubt.specs.language.types import BoolType, IntType, NoneType, Type, UnionType

UNION = UnionType((BoolType(), IntType(0, 2), NoneType()))


@pytest.mark.parametrize(("value", "type_"), [(None, NoneType()), (True, BoolType()), (2, IntType(0, 2))])
def test_a_value_is_encoded_alike_however_it_comes_into_a_union(value: Any, type_: Type) -> None:
    """Two encodings of one value would be two states."""
    widened = Evaluator([]).expression(Widen(Literal(value, type_), UNION))
    assert widened((), []) == encode(value, UNION)


def test_a_name_that_is_shown_to_be_none_is_the_none_of_another_union() -> None:
    """There None is computed, and no constant of the spec."""
    machine = lowered(
        """
        @action
        def step(self) -> None:
            x = self.rank
            if x is None:
                self.last = x
        """
    )
    assert explore(Reference(machine)).counts.distinct == 1

"""Random states and what is interchangeable in them: variables over all types, and blocks of members."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from machine_types import Draw, variable_types
from machine_vocabulary import Hub, Node, Place
from random_values import value

from indoubt.explorer.backends.backend import State
from indoubt.explorer.ir.expressions import Literal
from indoubt.explorer.ir.machine import Machine, Variable
from indoubt.explorer.ir.symmetry import Symmetry
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.types import MapType, SeqType, SetType, SortType, Type, sorts_in
from indoubt.specs.language.universe import Universe, within

NODE, PLACE = SortType(Node), SortType(Place)
RELATIONS: tuple[Type, ...] = (
    *(MapType(NODE, NODE), MapType(NODE, SetType(NODE)), MapType(NODE, MapType(NODE, PLACE)), SetType(SetType(NODE))),
    *(SetType(MapType(PLACE, NODE)), SeqType(NODE), MapType(NODE, SeqType(NODE))),
)
"""Types that relate members to each other, so that columns alone do not always tell them apart."""


@dataclass(frozen=True)
class Sample:
    """A machine without steps, a symmetry, and some states."""

    machine: Machine
    symmetry: Symmetry
    states: tuple[State, ...]


@st.composite
def samples(draw: Draw, count: int = 3) -> Sample:
    """Some states with one to three variables."""
    sizes = {"Node": draw(st.integers(2, 4)), "Place": draw(st.integers(1, 3)), "Rank": 2, Hub.__name__: 1}
    with within(Universe(sizes)):
        types = [draw(st.sampled_from(RELATIONS)), *draw(st.lists(variable_types(), max_size=2))]
        variables = tuple(
            Variable(f"v{number}", type_, Literal(value(draw, type_), type_)) for number, type_ in enumerate(types)
        )
        states = tuple(tuple(value(draw, type_) for type_ in types) for _ in range(count))
        sorts = tuple(dict.fromkeys(sort for type_ in types for sort in sorts_in(type_) if sort in (Node, Place)))
        blocks = tuple((sort, found) for sort in sorts if (found := _blocks(draw, sort, sizes[sort.__name__])))
    machine = Machine("States", sizes, variables, (), (), ())
    return Sample(machine, Symmetry(blocks), states)


def _blocks(draw: Draw, sort: type[Sort], size: int) -> tuple[tuple[int, ...], ...]:
    """All members, or two blocks of them, which need not be neighbours."""
    if draw(st.integers(0, 2)):
        return (tuple(range(size)),) if size > 1 else ()
    chosen = draw(st.sets(st.integers(0, size - 1)))
    parts = (tuple(sorted(chosen)), tuple(one for one in range(size) if one not in chosen))
    return tuple(part for part in sorted(parts) if len(part) > 1)

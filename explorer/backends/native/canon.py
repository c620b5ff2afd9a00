"""What the search needs of a machine to find representatives of orbits, as LLVM code.

The members of all blocks stand in a row, block after block; a *place* is one in that row. `exchange(state, place)`
exchanges the members at a place and the next one; `columns(state, keys)` writes what a state says of each member, the
others being all alike; `signature(state, colours)` is a hash in which colours stand for members. The kernels in
`search/kernels/orbits.py` do the rest.
"""

from __future__ import annotations

from indoubt.explorer.backends.native.bits import Bits, const
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.canon_constants import Constants
from indoubt.explorer.backends.native.canon_exchange import Exchange
from indoubt.explorer.backends.native.canon_signature import Colours, Signature
from indoubt.explorer.backends.native.layout import Layout
from indoubt.explorer.backends.native.packing import WORD, plain
from indoubt.explorer.backends.native.variables import Variables
from indoubt.explorer.ir.machine import Variable
from indoubt.explorer.ir.symmetry import Symmetry
from indoubt.specs.language.sorts import Sort, size_of
from indoubt.specs.language.types import MapType, RecordType, SetType, Type, UnionType, sorts_in
from indoubt.specs.language.universe import within

MARK = 1 << 32
"""The colour of the member that a column is about."""
MOST_SIGNED = 1024
"""A set over a larger type is no part of the columns: its elements would be signed while code is written."""


class Canon:
    """Writes the code for one symmetry."""

    def __init__(self, layout: Layout, symmetry: Symmetry) -> None:
        self._layout = layout
        self._constants = Constants(layout.packing)
        self._row = [(sort, member) for sort, blocks in symmetry.blocks for block in blocks for member in block]
        lengths = [len(block) for _, blocks in symmetry.blocks for block in blocks]
        self.starts = [sum(lengths[:number]) for number, length in enumerate(lengths) for _ in range(length)]
        """For each place that where its block begins."""
        with within(layout.packing.universe):
            self._sizes = {sort: size_of(sort) for sort in symmetry.sorts}

    def text(self) -> str:
        """The three functions."""
        return "\n".join([*self._exchanges(), self._signature(), self._columns()])

    def _exchanges(self) -> list[str]:
        places = [place for place in range(len(self._row) - 1) if self.starts[place] == self.starts[place + 1]]
        cases = " ".join(f"i64 {place}, label %at{place}" for place in places)
        lines = ["define void @exchange(ptr %state, i64 %place) {"]
        lines += [f"  switch i64 %place, label %none [ {cases} ]"]
        for place in places:
            lines += [f"at{place}:", f"  call void @exchange{place}(ptr %state)", "  ret void"]
        lines += ["none:", "  ret void", "}", ""]
        return [*(self._exchange(place) for place in places), "\n".join(lines)]

    def _exchange(self, place: int) -> str:
        builder = Builder()
        (sort, one), (_, other) = self._row[place], self._row[place + 1]
        exchange = Exchange(builder, self._layout.packing, sort, one, other)
        variables = Variables(builder, self._layout, "%state")
        changed: dict[str, Bits] = {}
        for variable in self._layout.variables:
            if sort in sorts_in(variable.type):
                changed[variable.name] = exchange.value(variables.value(variable.name, after=False), variable.type)
        variables.store(changed, "%state")
        builder.leave()
        return builder.text(f"define internal void @exchange{place}(ptr %state)")

    def _signature(self) -> str:
        builder = Builder()
        read = [builder.word("%colours", place) for place in range(len(self._row))]
        signature = Signature(builder, self._layout.packing, self._constants, self._colours(read))
        variables = Variables(builder, self._layout, "%state")
        found = const(0, WORD)
        for variable in self._layout.variables:
            if signature.has_members(variable.type):
                signed = signature.value(variables.value(variable.name, after=False), variable.type)
                found = signature.mixed(found, signed)
        builder.leave(f"i64 {found.text}")
        return builder.text("define i64 @signature(ptr %state, ptr %colours)")

    def _columns(self) -> str:
        builder = Builder()
        variables = Variables(builder, self._layout, "%state")
        values = {one.name: variables.value(one.name, after=False) for one in self._layout.variables}
        alike = [const(start, WORD) for start in self.starts]
        unmarked = self._colours(alike)
        for place, (sort, _) in enumerate(self._row):
            marked = self._colours([*alike[:place], const(MARK, WORD), *alike[place + 1 :]])
            signature = Signature(builder, self._layout.packing, self._constants, marked, unmarked)
            found = const(0, WORD)
            for variable in self._layout.variables:
                if self._has_column(variable, sort):
                    found = signature.mixed(found, signature.value(values[variable.name], variable.type))
            builder.put_word(found, "%keys", place)
        builder.leave()
        return builder.text("define void @columns(ptr %state, ptr %keys)")

    def _has_column(self, variable: Variable, sort: type[Sort]) -> bool:
        return sort in sorts_in(variable.type) and self._is_small(variable.type)

    def _is_small(self, type_: Type) -> bool:
        """Whether all elements that a value may have can be signed while code is written."""
        match plain(type_):
            case SetType(element) as set_ if not self._layout.packing.has_slots(set_):
                return self._layout.packing.size(element) <= MOST_SIGNED and self._is_small(element)
            case MapType(key, value):
                return self._layout.packing.size(key) <= MOST_SIGNED and self._is_small(value)
            case RecordType(_, fields):
                return all(self._is_small(field) for _, field in fields)
            case UnionType(alternatives):
                return all(map(self._is_small, alternatives))
            case _:
                return True

    def _colours(self, of_places: list[Bits]) -> Colours:
        """The colours of all members, those in no block included, from those of the places."""
        colours = {
            sort: [const(len(self._row) + member, WORD) for member in range(size)] for sort, size in self._sizes.items()
        }
        for (sort, member), colour in zip(self._row, of_places, strict=True):
            colours[sort][member] = colour
        return colours

"""The variables of a machine in packed states, while code reads and writes them."""

from __future__ import annotations

from collections.abc import Mapping

from indoubt.explorer.backends.native.bits import Bits, Cell, const
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.layout import Layout
from indoubt.explorer.backends.native.packing import WORD

FULL = (1 << WORD) - 1


class Variables:
    """Reads the variables of packed states, and writes those of a successor."""

    def __init__(self, builder: Builder, layout: Layout, state: str, after: str = "") -> None:
        self._b, self._layout = builder, layout
        self._pointers = {False: state, True: after}
        self.cells: dict[str, Cell] | None = None
        """Where the variables of a successor are, while an action writes them."""

    def value(self, name: str, after: bool) -> Bits:
        """The value of a variable here."""
        if self.cells is not None and name in self.cells:
            return self._b.load(self.cells[name])
        return self.read(name, self._pointers[after])

    def read(self, name: str, pointer: str) -> Bits:
        """The value of a variable in the state at a pointer."""
        b, width, place = self._b, self._layout.widths[name], self._layout.places[name]
        if width <= WORD:
            return b.part(b.word(pointer, place // WORD), place % WORD, width)
        found = const(0, width)
        for number in range(-(-width // WORD)):
            word = b.resized(b.word(pointer, place // WORD + number), width)
            found = b.binary("or", found, b.binary("shl", word, const(number * WORD, width)))
        b.comes_from(found, pointer, place // WORD)
        return found

    def store(self, values: Mapping[str, Bits], pointer: str) -> None:
        """Write the state, with other values of some variables, to a pointer."""
        b = self._b
        for number in range(self._layout.words):
            word = b.word(self._pointers[False], number)
            for name, value in values.items():
                word = self._with(word, number, name, value)
            b.put_word(word, pointer, number)

    def write(self, values: Mapping[str, Bits], pointer: str) -> None:
        """Write a state that has these values of all variables."""
        for number in range(self._layout.words):
            word = const(0, WORD)
            for name, value in values.items():
                word = self._with(word, number, name, value)
            self._b.put_word(word, pointer, number)

    def _with(self, word: Bits, number: int, name: str, value: Bits) -> Bits:
        """A word of the state with its share of a variable."""
        b, width, place = self._b, self._layout.widths[name], self._layout.places[name]
        first, last = place // WORD, (place + max(width, 1) - 1) // WORD
        if not width or not first <= number <= last:
            return word
        if first == last:
            hole = const(FULL ^ ((1 << width) - 1) << place % WORD, WORD)
            moved = b.binary("shl", b.resized(value, WORD), const(place % WORD, WORD))
            return b.binary("or", b.binary("and", word, hole), moved)
        count = min(WORD, width - (number - first) * WORD)
        share = b.resized(b.part(value, (number - first) * WORD, count), WORD)
        return b.binary("or", b.binary("and", word, const(FULL ^ ((1 << count) - 1), WORD)), share)

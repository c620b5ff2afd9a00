"""Where the variables of a machine stand in the words of its states."""

from __future__ import annotations

from collections.abc import Sequence, Set as AbstractSet
from typing import Any

from indoubt.explorer.backends.backend import State
from indoubt.explorer.backends.native.packing import LARGEST_STATE, WORD, Packing, Unsupported
from indoubt.explorer.ir.machine import Variable


class Layout:
    """Where the variables of a machine stand in the words of its states."""

    def __init__(self, packing: Packing, variables: Sequence[Variable], kept: AbstractSet[str] = frozenset()) -> None:
        """Where some variables are `kept`, they come first, in words that have nothing else."""
        self.packing = packing
        self.variables = tuple(variables)
        self.places: dict[str, int] = {}
        self.widths = {one.name: packing.width(one.type) for one in variables}
        free = self._arrange([], [one.name for one in variables if one.name in kept])
        self.keys = len(free)
        """The words that the kept variables have; all of them, where none is kept."""
        free += self._arrange([0] * len(free), [one.name for one in variables if one.name not in kept])[len(free) :]
        # The search keeps a state of one word in its table as that word plus 1, so one word has a bit to spare.
        self.words = 2 if free == [0] else max(1, len(free))
        self.keys = min(max(1, self.keys), self.words) if kept else self.words
        if self.words * WORD > LARGEST_STATE:
            most = LARGEST_STATE // WORD
            raise Unsupported(f"states of {self.words:,} words, where {most} is the most")

    def _arrange(self, free: list[int], names: Sequence[str]) -> list[int]:
        """Place variables into words with so many free bits, and into new ones; the bits that are free then.

        Large variables first, each small one into the first word that has room for it: few words, none split.
        """
        for name in sorted(names, key=lambda name: -self.widths[name]):
            width = self.widths[name]
            if width > WORD:
                self.places[name] = len(free) * WORD
                count = -(-width // WORD)
                free += [0] * (count - 1) + [count * WORD - width]
                continue
            word = next((place for place, room in enumerate(free) if room >= width), None)
            if word is None:
                word = len(free)
                free.append(WORD)
            self.places[name] = word * WORD + WORD - free[word]
            free[word] -= width
        return free

    def pack(self, state: State) -> int:
        """A state as one integer, the first word in its lowest bits."""
        found = 0
        for one, value in zip(self.variables, state, strict=True):
            found |= self.packing.pack(value, one.type) << self.places[one.name]
        return found

    def unpack(self, bits: int) -> State:
        """The state that is packed in an integer."""
        values: list[Any] = []
        for one in self.variables:
            mask = (1 << self.widths[one.name]) - 1
            values.append(self.packing.unpack(bits >> self.places[one.name] & mask, one.type))
        return tuple(values)

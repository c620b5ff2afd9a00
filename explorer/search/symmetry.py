"""Orbits: one representative for all states that renamings of interchangeable members turn into each other.

Colours divide the members of a block into cells, finer and finer: members of one cell get different colours where their
*columns* differ, what a state says of each of them, with the others known by their colours only. Members that are left
in one cell are *twins* if the state stays the same when they change places; then it does not matter which comes first.
Of other cells each member in turn is given a colour of its own, until every member has one: then the colours say how to
rename the state, and the least of all images is the representative. Which colours are given depends on nothing that a
renaming changes, so the representative is the same for every state of an orbit, and no two orbits have the same one.

Source: McKay and Piperno, "Practical graph isomorphism, II" (2014), section 2: refinement and individualisation; of
the automorphisms only those are used that exchange two members. Ip and Dill, "Better verification through symmetry"
(1996), sort columns and break ties at random, so that they may store several states of an orbit.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import factorial, prod

from indoubt.explorer.backends.backend import State
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.renaming import Renaming, renamer, swapped
from indoubt.explorer.ir.symmetry import Symmetry
from indoubt.explorer.search.signatures import key, signer
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.sorts import Sort, size_of
from indoubt.specs.language.universe import Universe, within

Member = tuple[type[Sort], int]
Cells = list[list[Member]]
REMEMBERED = 1 << 16
"""States whose representative is known without a second look; a state is met as often as there are ways to it."""


@dataclass(frozen=True, slots=True)
class Image:
    """The least image of a state; `fixing` renamings leave the state as it is, `tried` images were compared."""

    state: State
    fixing: int
    tried: int


class Orbits:
    """Finds representatives of the states of one machine."""

    def __init__(self, machine: Machine, symmetry: Symmetry) -> None:
        self.symmetry = symmetry
        sorts = frozenset(symmetry.sorts)
        types = [variable.type for variable in machine.variables]
        with within(Universe(machine.sizes)):
            self._sizes = {sort: size_of(sort) for sort in sorts}
            self._unchanged = {sort: range(size) for sort, size in self._sizes.items()}
            self._renamers = [renamer(type_, sorts) for type_ in types]
            self._signers = [
                None if rename is None else signer(type_, sorts)
                for type_, rename in zip(types, self._renamers, strict=True)
            ]
        self._blocks = [[(sort, member) for member in block] for sort, blocks in symmetry.blocks for block in blocks]
        self._known: dict[State, State] = {}
        self.renamings = prod(factorial(len(block)) for block in self._blocks)
        """How many renamings there are: no orbit has more states."""

    def representative(self, state: State) -> State:
        """The one state that stands for all those of the orbit."""
        found = self._known.get(state)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[state] = self.image(state).state
        return found

    def size(self, state: State) -> int:
        """How many states the orbit of a state has."""
        return self.renamings // self.image(state).fixing

    def image(self, state: State) -> Image:
        """The representative of a state, and how many renamings leave the state as it is."""
        return self._least(state, self._refined(state, [list(block) for block in self._blocks]))

    # ---- the search for the least image

    def _least(self, state: State, cells: Cells) -> Image:
        cells, fixing = self._without_twins(state, cells)
        place = next((place for place, cell in enumerate(cells) if len(cell) > 1), None)
        if place is None:
            return Image(self._renamed(state, self._renaming(cells)), fixing, 1)
        tried, least, count = 0, None, 0
        cell = cells[place]
        for number, member in enumerate(cell):
            # A twin of an earlier member leads to the same images, and to each as often.
            if any(self._are_twins(state, other, member) for other in cell[:number]):
                continue
            alike = 1 + sum(self._are_twins(state, member, other) for other in cell[number + 1 :])
            others = [other for other in cell if other != member]
            found = self._least(state, self._refined(state, [*cells[:place], [member], others, *cells[place + 1 :]]))
            tried += found.tried
            if least is None or (found.state != least and key(found.state) < key(least)):
                least, count = found.state, 0
            if found.state == least:
                count += alike * found.fixing
        assert least is not None
        return Image(least, fixing * count, tried)

    def _without_twins(self, state: State, cells: Cells) -> tuple[Cells, int]:
        """Divide cells in which all members are twins, and say how many renamings of them there are."""
        divided: Cells = []
        fixing = 1
        for cell in cells:
            if len(cell) > 1 and all(self._are_twins(state, one, other) for one, other in pairwise(cell)):
                fixing *= factorial(len(cell))
                divided += [[member] for member in cell]
            else:
                divided.append(cell)
        return divided, fixing

    def _are_twins(self, state: State, one: Member, other: Member) -> bool:
        sort = one[0]
        renaming = {**self._unchanged, sort: swapped(self._sizes[sort], one[1], other[1])}
        return self._renamed(state, renaming) == state

    # ---- colours

    def _refined(self, state: State, cells: Cells) -> Cells:
        """Divide cells by the columns of their members, again and again."""
        while any(len(cell) > 1 for cell in cells):
            finer = self._divided(state, cells)
            if len(finer) == len(cells):
                break
            cells = finer
        return cells

    def _divided(self, state: State, cells: Cells) -> Cells:
        colours = self._colours(cells)
        finer: Cells = []
        for cell in cells:
            if len(cell) == 1:
                finer.append(cell)
                continue
            by_column: dict[tuple[int, ...], list[Member]] = {}
            for sort, member in cell:
                row = colours[sort]
                colour, row[member] = row[member], -1
                by_column.setdefault(self._signature(state, colours), []).append((sort, member))
                row[member] = colour
            finer += [by_column[column] for column in sorted(by_column)]
        return finer

    def _colours(self, cells: Cells) -> dict[type[Sort], list[int]]:
        """A number for each member: that of its cell, or its own where it is in no block."""
        colours = {sort: [len(cells) + member for member in range(size)] for sort, size in self._sizes.items()}
        for number, cell in enumerate(cells):
            for sort, member in cell:
                colours[sort][member] = number
        return colours

    def _signature(self, state: State, colours: dict[type[Sort], list[int]]) -> tuple[int, ...]:
        return tuple(
            [sign(value, colours) for sign, value in zip(self._signers, state, strict=True) if sign is not None]
        )

    # ---- renamings

    def _renaming(self, cells: Cells) -> Renaming:
        """The renaming that gives the members of each block, in the order of their cells, the numbers of the block."""
        renaming = {sort: list(range(size)) for sort, size in self._sizes.items()}
        ordered = [cell[0] for cell in cells]
        start = 0
        for block in self._blocks:
            for (sort, member), (_, number) in zip(ordered[start : start + len(block)], block, strict=True):
                renaming[sort][member] = number
            start += len(block)
        return renaming

    def _renamed(self, state: Sequence[object], renaming: Renaming) -> State:
        return tuple(
            [
                value if rename is None else rename(value, renaming)
                for rename, value in zip(self._renamers, state, strict=True)
            ]
        )

"""Refinement in native code: the pairs of abstract states that steps lead from and to, each decided once.

The kernels compute what a mapping sees of both states of a step, and collect the pairs; the abstract spec is asked by
the reference interpreter. Abstract state spaces are small as a rule.
"""

from __future__ import annotations

import ctypes
import dataclasses
from collections.abc import Callable

from indoubt.explorer.backends.backend import State, Taken
from indoubt.explorer.backends.native.model import Model
from indoubt.explorer.backends.reference import StepFailed
from indoubt.explorer.search.block import Block
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.kernels import context as at, pairs as of
from indoubt.explorer.search.memory import Memory
from indoubt.explorer.search.packed import Store
from indoubt.explorer.search.refinement import Refinement
from indoubt.explorer.search.result import Path
from indoubt.explorer.search.workspace import Workspace

SET_ENTRY_BYTES = 100
"""What a set of Python takes for a short string of bytes, beside its bytes."""
FIRST_ROOM = 1 << 10
"""Pairs of one worker that there is room for at the beginning."""


class Pairs:
    """The pairs that all workers of a search have met; the search lets them be settled before it goes on."""

    def __init__(self, refinement: Refinement, model: Model, walk: Callable[[list[State]], Path]) -> None:
        """`walk` tells the way along some states, of which the first is initial."""
        self._refinement, self._layout, self._words, self._walk = refinement, model.layout, model.abstract_words, walk
        self.bit = len(model.step_properties)
        """Its place among the properties of steps, behind those of the machine."""
        self._books: list[_Book] = []
        self._allowed: set[bytes] = set()
        self._space: Workspace | None = None

    def attend(self, space: Workspace, place: Callable[[int], object]) -> None:
        """Give each worker of a search a book for its pairs; `place` is the kernel that puts pairs into a table."""
        self._space = space
        self._books = [_Book(block, self._words, self._layout.words, place) for block in space.blocks]

    def look_at_initial(self, choice: Taken | None, state: State) -> None:
        """Ask whether the abstract spec may begin like this. Raises SearchFailed."""
        try:
            is_allowed = self._refinement.allows_initial(state)
        except StepFailed as failure:
            raise SearchFailed(failure, Path(choice, state, ())) from None
        if not is_allowed:
            self._note(self._books[0], at.ROOT, self._layout.pack(state))

    def settle(self) -> None:
        """Decide the pairs that are new, and make room for others. Raises SearchFailed."""
        for book in self._books:
            for record in book.undecided():
                if record[16 : book.state_at] not in self._allowed:
                    self._decide(book, record)
        for book in self._books:
            book.make_room()
        assert self._space is not None
        self._space.beside_bytes = sum(book.size for book in self._books) + self._allowed_bytes

    @property
    def _allowed_bytes(self) -> int:
        """About what the set of pairs that are decided takes."""
        return len(self._allowed) * (SET_ENTRY_BYTES + 16 * self._words)

    @property
    def _is_violated(self) -> bool:
        """Whether a step was found that the abstract spec does not allow, perhaps before a checkpoint."""
        return any(book.block.has_found(at.FOUND_STEPS, self.bit) for book in self._books)

    def _decide(self, book: _Book, record: bytes) -> None:
        assert self._space is not None
        store = Store(self._layout.words, self._space.logs["states"], self._space.logs["parents"])
        index, successor = int.from_bytes(record[8:16], "little"), int.from_bytes(record[book.state_at :], "little")
        before, after = self._layout.unpack(store.state(index)), self._layout.unpack(successor)
        try:
            is_allowed = self._refinement.allows(before, after)
        except StepFailed as failure:
            way = [self._layout.unpack(bits) for bits in store.path(index)]
            path = self._walk([*way, after] if failure.state == after else way)
            raise SearchFailed(failure, path) from None
        if is_allowed:
            self._allowed.add(record[16 : book.state_at])
        else:
            self._note(book, index, successor)

    def _note(self, book: _Book, index: int, successor: int) -> None:
        """Note a step that is not allowed as the kernels note one that breaks a property."""
        if not self._is_violated:
            book.block.note_step(self.bit, index, successor)
            book.block.write(at.VIOLATED, 1)

    def failed(self, path: Path, steps: list[tuple[Taken, State]]) -> SearchFailed | None:
        """What the reference interpreter says where the mapping cannot be computed in a step from the end of a path."""
        state = path.steps[-1][1] if path.steps else path.initial
        for step in steps:
            try:
                self._refinement.allows(state, step[1])
            except StepFailed as failure:
                longer = dataclasses.replace(path, steps=(*path.steps, step))
                return SearchFailed(failure, longer if failure.state == step[1] else path)
        return None


class _Book:
    """The pairs of one worker."""

    def __init__(self, block: Block, abstract_words: int, words: int, place: Callable[[int], object]) -> None:
        self.block = block
        self._place = place
        self.state_at = 16 + 16 * abstract_words
        self._record_bytes = self.state_at + 8 * words
        self._memory = Memory(of.PAIRS_BYTES + 16 * abstract_words + 64, huge=False)
        self._write(of.SEEN, self._memory.address + of.PAIRS_BYTES)
        self._records = Memory(FIRST_ROOM * self._record_bytes, huge=False)
        self._slots = Memory(16 * FIRST_ROOM, huge=False)
        self._hold(FIRST_ROOM)
        block.write(at.PAIRS, self._memory.address)

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return self._memory.size + self._records.size + self._slots.size

    def _read(self, field: int) -> int:
        return ctypes.c_uint64.from_address(self._memory.address + field).value

    def _write(self, field: int, value: int) -> None:
        ctypes.c_uint64.from_address(self._memory.address + field).value = value

    def _hold(self, room: int) -> None:
        self._write(of.ROOM, room)
        self._write(of.RECORDS, self._records.address)
        self._write(of.SLOTS, self._slots.address)
        self._write(of.SLOT_COUNT, self._slots.size // 8)

    def undecided(self) -> list[bytes]:
        """The records that nobody has looked at yet."""
        start, end = self._read(of.DECIDED), self._read(of.COUNT)
        self._write(of.DECIDED, end)
        place = self._records.address
        return [
            ctypes.string_at(place + number * self._record_bytes, self._record_bytes) for number in range(start, end)
        ]

    def make_room(self) -> None:
        """Have room for as many pairs again, where a half of it is used."""
        room = self._read(of.ROOM)
        if 2 * self._read(of.COUNT) <= room:
            return
        self._records.grow(2 * room * self._record_bytes)
        self._slots.close()
        self._slots = Memory(32 * room, huge=False)
        self._hold(2 * room)
        self._place(self._memory.address)

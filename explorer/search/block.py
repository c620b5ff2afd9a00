"""The context of one worker: the block of memory that its kernels are called with, and what only this worker uses."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping

from indoubt.explorer.search.kernels import context as at
from indoubt.explorer.search.memory import Memory
from indoubt.explorer.search.packed import Failing, Failure, Found
from indoubt.specs.language.frozen import dataclass

PROPERTIES = 62
RECENT_BYTES = 1 << 19
"""The recent states have to stay in the second cache of a core."""
LINE_BYTES = 64
SEED = 0xA0761D6478BD642F
"""Where every hash begins: a constant without structure, that of wyhash."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The constants of a compiled spec that its search needs to know."""

    words: int
    actions: int
    bounds: int = 0
    assertions: int = 0
    faults: tuple[int, ...] = ()
    """Which actions are faults."""
    has_runs: bool = False
    """Whether properties of whole runs are checked."""
    keys: int = 0
    """The words by which a view tells states apart; 0 for all of them."""
    abstract_words: int = 0
    """Words of an abstract state that every step is looked at through; 0 if there is none."""
    blocks: tuple[int, ...] = ()
    """Under symmetry: for each interchangeable member the place of the first of its block."""
    is_long: bool = False
    """Whether the expansion of a state may be broken off, since it has so many choices."""
    fingerprints: bool = False
    """Whether only the hash of a state of several words is looked up; one word is its own fingerprint."""

    @property
    def is_exact(self) -> bool:
        """Whether no state can be taken for another one."""
        return self.words == 1 or not self.fingerprints

    @property
    def looks_at_states(self) -> bool:
        """Whether stored states are read to find out whether one is known."""
        return self.words > 1 and not self.fingerprints

    @property
    def orbit_bytes(self) -> int:
        """The size of what finding representatives needs: the blocks, and frames as the kernels lay them out."""
        members = len(self.blocks)
        frame = self.state_bytes + 16 * members + 16
        return 8 * members + (members + 3) * frame if members else 0

    @property
    def state_bytes(self) -> int:
        """The size of a packed state."""
        return 8 * self.words

    @property
    def record_bytes(self) -> int:
        """The size of what is noted for a property."""
        return at.RECORD_WORDS + self.state_bytes


@dataclass(frozen=True, slots=True)
class Tuning:
    """Sizes that change how fast a search is, and never what it finds."""

    batch: int = 1024
    recent_slots: int = 1 << 14
    """A power of two; fewer are used where they would take more than RECENT_BYTES."""
    slots: int = 1 << 16
    window: int = 1 << 18
    """Where logs are on disk, this many states are given room at once; a multiple of 1024."""
    huge_pages: bool = True

    def constants(self, shape: Shape, workers: int = 1) -> dict[str, int]:
        """The constants of the kernels."""
        fitting = RECENT_BYTES // shape.state_bytes
        return {
            "W": shape.words,
            "KEYS": shape.keys or shape.words,
            "FINGERPRINTS": int(not shape.is_exact),
            "SEED": SEED,
            "HAS_RUNS": int(shape.has_runs),
            "HAS_PAIRS": int(shape.abstract_words > 0),
            "A": shape.abstract_words,
            "SYMMETRIC": int(bool(shape.blocks)),
            "LONG": int(shape.is_long),
            "ACTIONS": shape.actions,
            "FAULTS": len(shape.faults),
            "MEMBERS": len(shape.blocks),
            "SHARED": int(workers > 1),
            "BATCH_CAPACITY": self.batch,
            "RECENT_SLOTS": min(self.recent_slots, 1 << fitting.bit_length() - 1),
        }


class Block:
    """A context, and the memory of its worker."""

    def __init__(self, shape: Shape, tuning: Tuning, first: int) -> None:
        """`first` is the index of the first state that this worker stores."""
        self._shape = shape
        self._recent_slots = tuning.constants(shape)["RECENT_SLOTS"]
        self.first = first
        bounds_bytes = 8 * (shape.bounds // 64 + 1)
        sizes = {
            at.RECENT: self._recent_slots * shape.state_bytes,
            at.BATCH: tuning.batch * (shape.state_bytes + 16),
            at.TAKEN: 8 * (shape.actions + 3 * len(shape.faults)),
            at.BOUNDS: bounds_bytes,
            at.SPARE: 8 * (shape.actions + len(shape.faults)) + bounds_bytes,
            at.FOUND: PROPERTIES * shape.record_bytes,
            at.FOUND_STEPS: PROPERTIES * shape.record_bytes,
            at.BROKEN: 8 * shape.assertions,
            at.ORBITS: shape.orbit_bytes,
        }
        rounded = {field: -(-size // LINE_BYTES) * LINE_BYTES for field, size in sizes.items()}
        self._memory = Memory(at.CONTEXT_BYTES + sum(rounded.values()) + shape.state_bytes, huge=False)
        self.context = self._memory.address
        """The address of the block that kernels are called with."""
        place = self.context + at.CONTEXT_BYTES
        for field, size in rounded.items():
            self.write(field, place)
            place += size
        self.scratch = place
        """The address of a state that is given to a kernel."""
        for field in (at.COUNT, at.NEXT, at.END):
            self.write(field, first)
        for number, action in enumerate(shape.faults):
            place = self.read(at.TAKEN) + 8 * (shape.actions + len(shape.faults) + number)
            ctypes.c_uint64.from_address(place).value = action
        for number, start in enumerate(shape.blocks):
            ctypes.c_uint64.from_address(self.read(at.ORBITS) + 8 * number).value = start

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return self._memory.size

    @property
    def stored(self) -> int:
        """How many states this worker has stored."""
        return self.read(at.COUNT) - self.first

    def read(self, field: int) -> int:
        """A word of the context."""
        return ctypes.c_uint64.from_address(self.context + field).value

    def write(self, field: int, value: int) -> None:
        """Change a word of the context."""
        ctypes.c_uint64.from_address(self.context + field).value = value

    def write_state(self, state: int) -> None:
        """Put a packed state where `scratch` says."""
        ctypes.memmove(self.scratch, state.to_bytes(self._shape.state_bytes, "little"), self._shape.state_bytes)

    def copy_in(self, field: int, words: list[int]) -> None:
        """Change the words that a field has the address of."""
        ctypes.memmove(self.read(field), (ctypes.c_uint64 * len(words))(*words), 8 * len(words))

    def forget_recent(self, known: bytes) -> None:
        """Fill the recent states with one that is stored: a recent state is dropped unseen."""
        ctypes.memmove(self.read(at.RECENT), known * self._recent_slots, len(known) * self._recent_slots)

    # ---- what was found

    def taken(self) -> list[int]:
        """How often each action was taken, and behind that in how many states each fault was enabled."""
        return self._words(at.TAKEN, self._shape.actions + len(self._shape.faults))

    def bounds(self) -> set[int]:
        """The bounds that a step would have left."""
        words = self.bound_words()
        return {position for position in range(self._shape.bounds) if words[position // 64] >> position % 64 & 1}

    def broken(self) -> dict[int, int]:
        """For each broken assertion the first state."""
        words = self._words(at.BROKEN, self._shape.assertions)
        return {position: index - 1 for position, index in enumerate(words) if index}

    def bound_words(self) -> list[int]:
        """The same, as bits."""
        return self._words(at.BOUNDS, self._shape.bounds // 64 + 1)

    def records(self, field: int) -> list[tuple[int, int, int, bytes]]:
        """The records of the properties of states (FOUND) or of steps (FOUND_STEPS): position, kind, index, words."""
        filled: list[tuple[int, int, int, bytes]] = []
        for position in range(PROPERTIES):
            place = self._record(field, position)
            kind, index = (ctypes.c_uint64 * 2).from_address(place)
            if kind:
                words = ctypes.string_at(place + at.RECORD_WORDS, self._shape.state_bytes)
                filled.append((position, kind, index, words))
        return filled

    def found(self, field: int) -> dict[int, Found]:
        """What the records say."""
        found: dict[int, Found] = {}
        for position, kind, index, words in self.records(field):
            if kind == at.IN_STORED:
                found[position] = Found(index)
            else:
                found[position] = Found(None if index == at.ROOT else index, int.from_bytes(words, "little"))
        return found

    def put_record(self, field: int, position: int, kind: int, index: int, words: bytes) -> None:
        """Fill a record."""
        place = self._record(field, position)
        (ctypes.c_uint64 * 2).from_address(place)[:] = [kind, index]
        ctypes.memmove(place + at.RECORD_WORDS, words, self._shape.state_bytes)

    def put_broken(self, broken: Mapping[int, int]) -> None:
        """Note the first states in which assertions are broken."""
        self.copy_in(at.BROKEN, [broken.get(position, -1) + 1 for position in range(self._shape.assertions)])

    def _record(self, field: int, position: int) -> int:
        return self.read(field) + position * self._shape.record_bytes

    def has_found(self, field: int, position: int) -> bool:
        """Whether there is a record of a property of states (FOUND) or of steps (FOUND_STEPS)."""
        place = self.read(field) + position * self._shape.record_bytes
        return ctypes.c_uint64.from_address(place).value != 0

    def note_step(self, position: int, index: int, successor: int) -> None:
        """Note that the step from the state with an index, or from none (ROOT), to `successor` breaks a property."""
        place = self.read(at.FOUND_STEPS) + position * self._shape.record_bytes
        (ctypes.c_uint64 * 2).from_address(place)[:] = [at.AFTER_STORED, index]
        words = successor.to_bytes(self._shape.state_bytes, "little")
        ctypes.memmove(place + at.RECORD_WORDS, words, self._shape.state_bytes)

    def failure(self) -> Failure | None:
        """What could not be computed."""
        failing, index = self.read(at.FAILURE), self.read(at.FAILED_INDEX)
        if not failing:
            return None
        return Failure(Failing(failing), None if index == at.ROOT else index, self.read(at.FAILED_CODE))

    def _words(self, field: int, count: int) -> list[int]:
        return list((ctypes.c_uint64 * count).from_address(self.read(field)))

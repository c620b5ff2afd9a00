"""The table of known states: open addressing, linear probing, one word in a slot, 0 for an empty one.

For states of one word the slot has the state itself, plus one; the word of all ones is no state. For longer states it
has a tag, the upper 32 bits of the hash, and the index of the state, plus one; where the tag is equal, the states are
compared. So equal hashes cost time and never a state. With fingerprints it has the hash of a longer state, all 64 bits,
and a state whose hash is that of another one is taken for it.

The place of a state is the upper half of (hash * slots): any number of slots will do, and a table in the order of its
slots is nearly in the order of every longer one, so that it grows where it is, from its end to its beginning. The tag
has what is needed to place its state again. The search for a state begins where the line of the cache begins that its
place is in: all slots of a line cost the same, so that a table may be rather full.
Source: Knuth, "The Art of Computer Programming", volume 3, section 6.4, on buckets.
"""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import (
    compare_and_swap,
    constant,
    fixed64,
    fixed_ptr,
    kernel,
    load64,
    load_acquire,
    mulhi,
    prefetch,
    ptr,
    store64,
    u64,
    wrapping_add,
)
from indoubt.explorer.search.kernels.context import SLOTS, STATES, TABLE
from indoubt.explorer.search.kernels.words import folded, hash_of, same

W: u64 = constant()
"""Words of a state."""
SHARED: u64 = constant()
"""Whether several workers use the table."""
FINGERPRINTS: u64 = constant()
"""Whether a slot has the hash of a state of several words, and nothing else."""
SEED: u64 = constant()

INDEX_MASK = (1 << 32) - 1
TAG_MASK = INDEX_MASK << 32
LINE_SLOTS = 8
LINE_MASK = (1 << 64) - LINE_SLOTS
KNOWN = (1 << 64) - 1
REBUILT_AT_ONCE = 64
"""States whose slots are fetched together."""


@kernel
def home(context: ptr, hashed: u64) -> u64:
    """The slot where the search for a hash begins."""
    if W == 1 or FINGERPRINTS:
        return mulhi(hashed, fixed64(context + SLOTS)) & LINE_MASK
    else:
        return ((hashed >> 32) * fixed64(context + SLOTS) >> 32) & LINE_MASK


@kernel
def entry(state: ptr, hashed: u64) -> u64:
    """What a slot has for a state, apart from its index."""
    if W == 1:
        return wrapping_add(load64(state), 1)
    elif FINGERPRINTS:
        return hashed if hashed != 0 else 1
    else:
        return hashed & TAG_MASK


@kernel
def put(context: ptr, slot: u64, wanted: u64, index: u64) -> bool:
    """Fill an empty slot with the state whose entry is `wanted`; False if another worker was faster."""
    filled = wanted if W == 1 or FINGERPRINTS else wanted | (index + 1)
    place = fixed_ptr(context + TABLE) + 8 * slot
    if SHARED:
        return compare_and_swap(place, 0, filled) == 0
    store64(place, filled)
    return True


@kernel
def in_slot(place: ptr) -> u64:
    """What a slot has; what it points to has been written before."""
    if SHARED:
        return load_acquire(place)
    else:
        return load64(place)


@kernel
def hash_in(slot: u64) -> u64:
    """The hash of the state in a slot that is not empty, or as much of it as places the state."""
    if W == 1:
        return folded(SEED ^ (slot - 1))
    elif FINGERPRINTS:
        return slot
    else:
        return slot & TAG_MASK


@kernel
def is_of(context: ptr, slot: u64, state: ptr, wanted: u64) -> bool:
    """Whether what is in a slot that is not empty stands for the state whose entry is `wanted`."""
    if W == 1 or FINGERPRINTS:
        return slot == wanted
    else:
        if (slot & TAG_MASK) != wanted:
            return False
        return same(stored(context, slot), state)


@kernel
def stored(context: ptr, slot: u64) -> ptr:
    """The address of the state that a slot points to, when states have several words."""
    return fixed_ptr(context + STATES) + ((slot & INDEX_MASK) - 1) * (8 * W)


@kernel
def vacancy(context: ptr, state: ptr, hashed: u64, wanted: u64) -> u64:
    """The empty slot where a state belongs, or KNOWN if the table has it."""
    table = fixed_ptr(context + TABLE)
    slots = fixed64(context + SLOTS)
    slot = home(context, hashed)
    while True:
        found = in_slot(table + 8 * slot)
        if found == 0:
            return slot
        if is_of(context, found, state, wanted):
            return KNOWN
        slot += 1
        if slot == slots:
            slot = 0


@kernel
def prefetch_slot(context: ptr, hashed: u64) -> None:
    """Have the slot fetched where the search for a hash begins."""
    prefetch(fixed_ptr(context + TABLE) + 8 * home(context, hashed))


@kernel
def prefetch_stored(context: ptr, hashed: u64) -> None:
    """Have the state fetched that a slot of the first line points to, if its tag is the one that is looked for."""
    place = fixed_ptr(context + TABLE) + 8 * home(context, hashed)
    left = LINE_SLOTS
    while left > 0:
        found = in_slot(place)
        if found == 0:
            return
        if (found & TAG_MASK) == (hashed & TAG_MASK):
            prefetch(stored(context, found))
            return
        place = place + 8
        left -= 1


@kernel
def place_again(context: ptr, hashed: u64, filled: u64) -> None:
    """Fill the first empty slot from the home of a hash with what stands for a state that the table does not have."""
    table = fixed_ptr(context + TABLE)
    slots = fixed64(context + SLOTS)
    slot = home(context, hashed)
    while True:
        if in_slot(table + 8 * slot) == 0:
            if SHARED:
                if compare_and_swap(table + 8 * slot, 0, filled) == 0:
                    return
            else:
                store64(table + 8 * slot, filled)
                return
        slot += 1
        if slot == slots:
            slot = 0


@kernel
def lengthen(context: ptr, end: u64, aside: ptr, room: u64) -> u64:
    """Put what is in the slots before `end`, from the last one down, where a table that has become longer has it.

    A place in the longer table is behind the one before, among slots that are done already. Where it is not, since the
    search for it went far or begins again at the first slot, what is in the slot is put aside, for `put_again` when all
    is done. Returns the slot that it came to, which is 0 unless there was no room aside.
    """
    table = fixed_ptr(context + TABLE)
    slots = fixed64(context + SLOTS)
    while end > 0:
        place = table + 8 * (end - 1)
        moved = load64(place)
        if moved != 0:
            slot = home(context, hash_in(moved))
            if slot < end - 1:
                slot = slots
            store64(place, 0)
            while slot < slots and load64(table + 8 * slot) != 0:
                slot += 1
            if slot < slots:
                store64(table + 8 * slot, moved)
            elif room > 0:
                store64(aside, moved)
                aside = aside + 8
                room -= 1
            else:
                store64(place, moved)
                return end
        end -= 1
    return 0


@kernel
def put_again(context: ptr, aside: ptr, count: u64) -> None:
    """Put what was put aside where it belongs."""
    while count > 0:
        moved = load64(aside)
        place_again(context, hash_in(moved), moved)
        aside = aside + 8
        count -= 1


@kernel
def rebuild(context: ptr, start: u64, end: u64) -> None:
    """Put the states from `start` to `end`, which the table does not have, into it."""
    while start < end:
        upto = start + REBUILT_AT_ONCE
        if upto > end:
            upto = end
        index = start
        while index < upto:
            prefetch_slot(context, hash_of(fixed_ptr(context + STATES) + index * (8 * W)))
            index += 1
        while start < upto:
            state = fixed_ptr(context + STATES) + start * (8 * W)
            hashed = hash_of(state)
            wanted = entry(state, hashed)
            place_again(context, hashed, wanted if W == 1 or FINGERPRINTS else wanted | (start + 1))
            start += 1

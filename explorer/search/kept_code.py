"""What a checkpoint says of compiled code: states mean something only to the code that packed them."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

from indoubt.explorer.backends.native.slots import Slots, first_slots
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.walk import types_of
from indoubt.explorer.search.checkpoint import CheckpointError, Keeping
from indoubt.specs.language.types import type_text

CODE, SLOTS, OTHERS = "code", "slots", "other_slots"


def slots_kept(keeping: Keeping, machine: Machine) -> Slots | None:
    """The slots of the run that a checkpoint is of; None for a run that goes on from none."""
    if keeping.saved is None:
        return None
    counts: dict[str, int] = keeping.saved.about.get(SLOTS, {})
    types = {type_text(one): one for one in types_of(machine)}
    known = {types[text]: count for text, count in counts.items() if text in types}
    return Slots(known, keeping.saved.about.get(OTHERS, first_slots(machine).others))


def with_code(keeping: Keeping, text: str, slots: Slots) -> Keeping:
    """The same, with what is compiled. Raises CheckpointError where the checkpoint is of other code."""
    saved = keeping.saved
    if saved is not None and saved.about.get(CODE) != _digest(text):
        raise CheckpointError(
            f"{saved.folder} was written by other code for the same spec; go on with the version of indoubt that wrote "
            "it, or start again with `indoubt check`"
        )

    def about() -> dict[str, Any]:
        known = {type_text(one): count for one, count in slots.known.items()}
        return {**keeping.about(), CODE: _digest(text), SLOTS: known, OTHERS: slots.others}

    return dataclasses.replace(keeping, about=about)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

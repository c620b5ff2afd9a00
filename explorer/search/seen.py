"""Which view of a machine a search tells states apart by."""

from __future__ import annotations

from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """The view at `position` of the machine tells states apart; only a licensed one decides what holds."""

    position: int
    is_licensed: bool

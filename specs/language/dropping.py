"""Messages that a step drops: sent on a link that is cut or full, or lost while they were under way.

A state that is the same with and without them cannot tell, so whoever shows a step asks for a note of each before it
is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.values import Message

if TYPE_CHECKING:
    from indoubt.specs.language.machine import Spec

NOTED = "__dropped__"
"""The attribute of a state that has what its last step has dropped, where somebody asks."""

Why = Literal["cut", "full", "lost"]
"""A partition cuts the link, a full link drops what is sent beyond its capacity, or the network loses a message."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A copy of a message on its way from a node to a node that is gone; `is_new` if the step itself has sent it."""

    message: Message
    sender: Any
    receiver: Any
    why: Why
    is_new: bool


def note_dropped(state: Spec) -> list[Dropped]:
    """The list in which a state notes what its next step drops."""
    noted: list[Dropped] = []
    vars(state)[NOTED] = noted
    return noted


def dropping(state: Spec, messages: Iterable[Message], ends: tuple[Any, Any], why: Why, *, is_new: bool) -> None:
    """Note messages that are dropped on a link, if somebody asks."""
    noted: list[Dropped] | None = vars(state).get(NOTED)
    if noted is not None:
        noted += [Dropped(message, *ends, why, is_new) for message in messages]

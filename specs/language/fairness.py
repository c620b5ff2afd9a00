"""Fairness: which steps a run may not put off for ever."""

from __future__ import annotations

from typing import Literal

from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Fairness:
    """What a run owes to an action: `weak` or `strong`, one by one for each value of some of its parameters.

    Actions with the same `group` are owed one step together, as the steps of one process are.
    """

    kind: Literal["weak", "strong"]
    parameters: tuple[str, ...] = ()
    group: str | None = None
    is_kept_still: bool = False
    """Whether a step that changes nothing keeps the promise too, as a message is received that has no effect."""


def weak(*parameters: str, group: str | None = None) -> Fairness:
    """Weak fairness: a step that stays possible from some point on is taken. It has to change the state.

    `weak("p")` demands that for each value of the parameter `p`, `weak()` of the action as a whole. Actions that name
    the same `group` are one: `weak("r", group="participant")` on each of them is fairness of participant `r`.
    Source: Lamport, "The Temporal Logic of Actions" (1994), section 5.3.
    """
    return Fairness("weak", parameters, group)


def strong(*parameters: str, group: str | None = None) -> Fairness:
    """Strong fairness: a step that is possible again and again is taken again and again. Parameters as in `weak`."""
    return Fairness("strong", parameters, group)

"""The messages that a step of a system of nodes drops, as traces tell them: `drops Prepare() to RM0: the link is cut`.

What is sent on a link that is cut, or full, leaves no trace in the state, and what was under way when it was cut does
in the link alone. The replay notes both (`specs.language.dropping`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indoubt.counterexamples.traffic import Origin
from indoubt.specs.language.display import show
from indoubt.specs.language.dropping import Dropped, Why
from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Drop:
    """A message that a step drops; `origin` is where it was sent, None in the step itself or before the first one."""

    dropped: Dropped
    origin: Origin | None


def drops_told(drops: Iterable[Drop]) -> Iterator[str]:
    """What a step drops, in lines: what it sends itself, and why; what was under way, and who has sent it."""
    whom: dict[tuple[str, str, int | None, Why | None], list[str]] = {}
    for one in sorted(drops, key=lambda drop: not drop.dropped.is_new):
        since = None if one.origin is None else one.origin.step
        why = one.dropped.why if one.dropped.is_new else None
        key = show(one.dropped.message), show(one.dropped.sender), since, why
        whom.setdefault(key, []).append(show(one.dropped.receiver))
    for (message, sender, since, why), receivers in whom.items():
        links = "the link is" if len(receivers) == 1 else "the links are"
        sent = f", sent by {sender}" + (f" in step {since}" if since is not None else "")
        yield f"{message} to {', '.join(receivers)}{sent if why is None else f': {links} {why}'}"

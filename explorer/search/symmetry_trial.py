"""Whether symmetry pays: a few random walks before the search say how many states an orbit has.

The walks are the same in every run, so that the same check always counts the same. A walk that meets something which
cannot be computed ends there; the search that follows will tell it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import suppress

from indoubt.explorer.backends.backend import Backend, State
from indoubt.explorer.backends.reference import StepFailed
from indoubt.explorer.search.symmetry import Image, Orbits

WALKS, STEPS = 12, 24
WORTH = 1.1
"""How many states an orbit has to have on average: below that, telling orbits apart costs more than it saves."""
PATIENCE_S = 1.0
"""Where there are so many choices to try that even one step takes long, symmetry is left on."""


class _TakesLong(Exception):
    """The walks have come to a state whose steps take long to find."""


def why_it_does_not_pay(backend: Backend, orbits: Orbits) -> str | None:
    """Why a search should do without symmetry; None where it pays."""
    images: dict[State, Image] = {}
    for state in _walked(backend):
        image = orbits.image(state)
        images.setdefault(image.state, image)
    if not images:
        return None
    size = sum(orbits.renamings // image.fixing for image in images.values()) / len(images)
    tried = sum(image.tried for image in images.values()) / len(images)
    if size < WORTH:
        return f"an orbit has about {size:.3g} states"
    if tried > size:
        return f"an orbit has about {size:.3g} states, and finding it takes {tried:.3g} renamings of each"
    return None


def _walked(backend: Backend) -> Iterator[State]:
    """The states on random walks."""
    end = time.monotonic() + PATIENCE_S

    def look() -> None:
        if time.monotonic() > end:
            raise _TakesLong

    with suppress(StepFailed, _TakesLong):
        backend.watch(look)
        initial = [outcome[1] for outcome in backend.initial() if isinstance(outcome, tuple)]
        chance = random.Random(0)
        for _ in range(WALKS if initial else 0):
            state = chance.choice(initial)
            for _ in range(STEPS):
                look()
                yield state
                after = [outcome[1] for outcome in backend.steps(state) if isinstance(outcome, tuple)]
                if not after:
                    break
                state = chance.choice(after)

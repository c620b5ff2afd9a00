"""What a crash inside a handler tells apart: changes of what is kept, one after the other, and the turns of a loop.

Containers say here what is about to change in them, sorts and sets ask here in which order they are gone through. Both
is of interest to a crash between two effects of one handler alone; everywhere else nobody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
Look = Callable[[object], None]

_look: ContextVar[Look | None] = ContextVar("_look", default=None)
_ranks: ContextVar[Mapping[Any, int] | None] = ContextVar("_ranks", default=None)


def changing(container: object) -> None:
    """Tell whoever watches that a container is about to change in place."""
    look = _look.get()
    if look is not None:
        look(container)


def in_turn(items: Iterable[T]) -> Iterator[T]:
    """The items in the order in which a watched handler goes through them, as they come where none is watched."""
    ranks = _ranks.get()
    if ranks is None:
        return iter(items)
    found = list(items)
    if all(one in ranks for one in found):
        return iter(sorted(found, key=ranks.__getitem__))
    from indoubt.specs.language.display import in_order  # noqa: PLC0415 - it shows what is made of sorts

    return iter(in_order(found))


@contextmanager
def watched(look: Look, ranks: Mapping[Any, int]) -> Generator[None]:
    """Let `look` see each container before it changes, and members of sorts be gone through by their ranks."""
    looking, ranking = _look.set(look), _ranks.set(ranks)
    try:
        yield
    finally:
        _look.reset(looking)
        _ranks.reset(ranking)

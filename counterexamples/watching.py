"""Which messages a step reads, found by watching the message sets of the state while the step runs.

A message counts as read when `m in self.msgs` was true, and when `any(...)`, `all(...)` or a loop over `self.msgs`
stopped at it: it is the witness. A search that went through the whole set decided nothing by a single message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from indoubt.counterexamples.shape import is_map, is_set
from indoubt.specs.language.display import in_order
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.values import Map, Message, Set


@dataclass(slots=True)
class _Search:
    """One pass over a set: the member that it came to, and whether it went on to the end."""

    latest: Any = None
    is_exhausted: bool = False


@dataclass
class Reads:
    """What the watched sets of one step saw. `order` decides which of several witnesses a search meets first."""

    order: Callable[[Any], Any] = field(default=lambda _: 0)
    found: list[Any] = field(default_factory=list[Any])
    searches: list[_Search] = field(default_factory=list[_Search])

    def messages(self) -> list[Message]:
        """Every message that was read, in the order of reading."""
        witnesses = [search.latest for search in self.searches if not search.is_exhausted]
        return list(dict.fromkeys(item for item in [*self.found, *witnesses] if isinstance(item, Message)))


class WatchedSet(Set[Any]):
    """A set that tells `Reads` which of its members were looked at."""

    __slots__ = ("_reads",)

    def __init__(self, items: Set[Any] | frozenset[Any], reads: Reads) -> None:
        super().__init__(items)
        self._reads = reads

    def __contains__(self, item: object) -> bool:
        is_in = super().__contains__(item)
        if is_in:
            self._reads.found.append(item)
        return is_in

    def __iter__(self) -> Iterator[Any]:
        # In a fixed order: that of hashing would change the witness from run to run.
        search = _Search()
        for item in sorted(in_order(super().__iter__()), key=self._reads.order):
            if search.latest is None:
                self._reads.searches.append(search)
            search.latest = item
            yield item
        search.is_exhausted = True


def watch(state: Spec, variables: tuple[str, ...], reads: Reads) -> None:
    """Put watched sets in the place of the sets in these variables of `state`."""
    for name in variables:
        vars(state)[name] = _watched(vars(state)[name], reads)


def _watched(value: Any, reads: Reads) -> Any:
    if is_map(value):
        duplicate: Map[Any, Any] = Map({})
        # Past the constructor, which would copy the watched sets into plain ones.
        duplicate._items = {key: _watched(item, reads) for key, item in value.items()}  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return duplicate
    return WatchedSet(value, reads) if is_set(value) else value

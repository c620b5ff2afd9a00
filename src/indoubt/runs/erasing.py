"""Searching without dead messages, and telling what was found with them, as the spec means it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping

from indoubt.explorer.backends.backend import State, Taken
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.result import Answer, Path
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.systems import System

TOLD = "dead messages erased (--keep-dead keeps them)"
REDUCTION = ", no reduction"


@dataclass(frozen=True, slots=True)
class Erasing:
    """The machine that is searched, and the one with every message, which says what its states and steps mean."""

    searched: Machine
    whole: Machine

    @property
    def is_none(self) -> bool:
        """Whether nothing is erased."""
        return self.searched is self.whole

    def told(self, search: str) -> str:
        """How a verdict names the search."""
        return search if self.is_none else f"{search.removesuffix(REDUCTION)}, {TOLD}"

    def answer(self, found: Answer) -> Answer:
        """An answer with the path that the whole machine takes."""
        return found if found.path is None else dataclasses.replace(found, path=self.path(found.path))

    def failed(self, failed: SearchFailed) -> SearchFailed:
        """A failure with the path that the whole machine takes."""
        return failed if failed.path is None else SearchFailed(failed.failure, self.path(failed.path))

    def path(self, path: Path) -> Path:
        """The same steps, with every message that is sent in them."""
        if self.is_none:
            return path
        steps: list[tuple[Taken, State]] = []
        state, reference = path.initial, Reference(self.whole)
        for taken, _ in path.steps:
            wanted = (taken.action.name, taken.arguments)
            outcomes = (one for one in reference.steps(state) if isinstance(one, tuple))
            step = next(one for one in outcomes if (one[0].action.name, one[0].arguments) == wanted)
            steps.append(step)
            state = step[1]
        return dataclasses.replace(path, steps=tuple(steps))


def erasing_of(
    spec: type[Spec],
    lowered: Machine,
    properties: Collection[str] | None,
    mapping: Mapping[str, str] | None,
    *,
    deadlock: bool,
    view: str | None,
    keep_dead: bool,
) -> Erasing:
    """What a run searches: the machine of a spec, of a system without messages that nobody can take any more.

    Not so where the run keeps them, where a view or a mapping of variables may see them, and of properties of whole
    runs, which are fair or not by what could be received.
    """
    whole = prepared(lowered)
    if keep_dead or view is not None or not issubclass(spec, System):
        return Erasing(whole, whole)
    if any(name.startswith("network.") for name in (mapping or {}).values()):
        return Erasing(whole, whole)
    from indoubt.explorer.erasing.erase import erase_dead  # noqa: PLC0415 - for systems of nodes alone

    checked = [one.name for one in lowered.checked] if properties is None else list(properties)
    erased: list[bool] = []

    def erase(machine: Machine) -> Machine:
        found = erase_dead(machine, spec, checked, deadlock=deadlock)
        erased.append(found is not machine)
        return found

    searched = prepared(lowered, erase)
    return Erasing(searched if any(erased) else whole, whole)

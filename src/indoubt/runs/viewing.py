"""Setting up a check by a view, and saying whether it may merge the states that it takes for equal."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path

from indoubt.explorer.ir.machine import Machine, View
from indoubt.explorer.passes.view_licence import Reading, first_reading, hidden_by
from indoubt.explorer.search.seen import Seen
from indoubt.finding.specs import UsageError
from indoubt.runs.refining import Refining
from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Viewing:
    """A view that a run asks for: what it hides, and the first thing that reads it nevertheless."""

    view: View
    seen: Seen
    hidden: tuple[str, ...]
    reading: Reading | None

    @classmethod
    def of(
        cls,
        machine: Machine,
        name: str,
        constraints: AbstractSet[str],
        properties: AbstractSet[str] | None,
        refining: Refining | None,
    ) -> Viewing:
        """The view `name` of a machine, judged by what the run checks. Raises UsageError where there is none."""
        known = [one.name for one in machine.views]
        if name not in known:
            raise UsageError(f"unknown view {name!r} of {machine.name}; it has: {', '.join(known) or 'none'}")
        position = known.index(name)
        view = machine.views[position]
        checked = {one.name for one in machine.checked} if properties is None else set(properties)
        temporal = ", ".join(one.name for one in machine.temporal if one.name in checked)
        if temporal:
            raise UsageError(
                f"--view {name} does not go with properties of whole runs, since a view may hide a step that fairness "
                f"demands; leave out {temporal}: name the other properties with -k"
            )
        mapping = () if refining is None else refining.mapping
        reading = first_reading(machine, view, checked | constraints, mapping)
        return cls(view, Seen(position, reading is None), hidden_by(machine, view), reading)

    @property
    def doubt(self) -> str | None:
        """Why a verdict by this view decides nothing, if it does not."""
        if self.reading is None:
            return None
        place = f"{Path(self.reading.span.file).name}:{self.reading.span.line}"
        reason = f"{self.reading.reader} reads `{self.reading.variable}`, which the view leaves out"
        help_ = f"return `self.{self.reading.variable}` from the view too, or run without it"
        return f"the view {self.view.name} may merge states that differ: {reason} ({place}); {help_}"

    @property
    def told(self) -> str:
        """What the view does to the search, for the envelope of a verdict."""
        hidden = ", ".join(self.hidden) or "nothing"
        sound = (
            "not shown to be sound" if self.reading else "sound, since nothing that decides a step or property reads it"
        )
        return f"{self.view.name}: states that differ in {hidden} alone count as one; {sound}"

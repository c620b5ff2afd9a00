"""The verdicts of a search, whichever engine has run it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.statements import Assert
from indoubt.explorer.ir.walk import walk
from indoubt.explorer.search.result import Answer, Path, Verdict
from indoubt.specs.language.frozen import dataclass

DEADLOCK = "deadlock"


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search has found: a path for each property, by its position, or by its name.

    `broken` has the answers for assertions that fail; `is_complete` says that every state has been seen, and
    `is_constrained` that a state constraint has left some out.
    """

    found: Mapping[int | str, Path]
    broken: Mapping[str, Answer]
    is_complete: bool
    is_constrained: bool

    @property
    def unbroken(self) -> Verdict:
        """The verdict on what was not violated."""
        return Verdict.HOLDS if self.is_complete else Verdict.INCONCLUSIVE

    def answer(self, machine: Machine, position: int) -> Answer:
        """The verdict on the property at a position."""
        one, path = machine.properties[position], self.found.get(position)
        if one.kind == "reachable":
            # What a constraint cuts off may lead there.
            is_decided = self.is_complete and not self.is_constrained
            verdict = Verdict.HOLDS if path else Verdict.VIOLATED if is_decided else Verdict.INCONCLUSIVE
        else:
            verdict = Verdict.VIOLATED if path else self.unbroken
        return Answer(one.name, one.kind, one.claim, verdict, path)

    def of_assertions(self, machine: Machine) -> Iterator[Answer]:
        """The verdict on each `assert` of a machine."""
        for name in assertions_of(machine):
            whole = Answer(name, "assertion", "it holds wherever the step is taken", self.unbroken)
            yield self.broken.get(name, whole)

    def named(self, name: str, kind: str, claim: str) -> Answer:
        """The verdict on something that has no position: a refinement, or freedom from deadlock."""
        path = self.found.get(name)
        return Answer(name, kind, claim, Verdict.VIOLATED if path else self.unbroken, path)

    def of_deadlock(self) -> Answer:
        """Whether some state has no step."""
        return self.named(DEADLOCK, DEADLOCK, "in every reachable state some step is enabled")


def assertions_of(machine: Machine) -> list[str]:
    """The names of the assertions of a machine, each once."""
    bodies = tuple(action.body for action in machine.actions)
    return list(dict.fromkeys(part.name for part in walk(bodies) if isinstance(part, Assert)))


def named_properties(machine: Machine) -> list[str]:
    """The names of what a run can ask about: properties, and assertions, which are checked unasked as well."""
    return [*(one.name for one in machine.checked), *assertions_of(machine)]

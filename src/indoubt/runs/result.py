"""The answer to a check: a verdict, everything it rests on, and a trace for each property violated or reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from indoubt.counterexamples.replay import ObservedTrace
from indoubt.counterexamples.trace import Trace
from indoubt.explorer.search.result import Counts, Limits, Stopped, Storage, Verdict
from indoubt.runs.quorum_choice import ChosenQuorums, warnings_of
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.settings import setting_text

if TYPE_CHECKING:
    from indoubt.faults.fewest import Fewest

NOTHING_TO_CHECK = 5
EXACT = "breadth first, every state stored exactly, no reduction"


@dataclass(frozen=True, slots=True)
class PropertyResult:
    """The verdict on one property.

    `kind` is invariant, step_invariant, reachable, deadlock, assertion, refinement or temporal; `observed` is the
    counterexample, or the witness of a reachable property, confirmed by the Python source and with the messages of each
    step.
    """

    name: str
    kind: str
    claim: str
    verdict: Verdict
    observed: ObservedTrace | None

    @property
    def trace(self) -> Trace | None:
        """The shortest counterexample, or a shortest way to what is reachable."""
        return None if self.observed is None else self.observed.trace

    @property
    def faults(self) -> int:
        """How many steps of the trace are faults."""
        return sum(step.fault is not None for step in self.trace.steps) if self.trace else 0


DROP = ".drop"
"""How the names of what full links drop end in the ledger."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a verdict rests on: everything that was fixed, bounded, allowed or left out.

    `changed` names the parameters that differ from their defaults. `faults` has, for each action that is a fault, how
    many times it was enabled. `settled_bounds` are the capacities and named bounds of the run, `bounds` are pairs of a
    bound that a step would have left and the action. `fairness` says what every run owes, where properties of whole
    runs are checked. `taken` counts the enabled choices of every action.
    """

    spec: str
    sizes: Mapping[str, int]
    parameters: Mapping[str, Any]
    settled_bounds: Mapping[str, int]
    changed: tuple[str, ...]
    faults: Mapping[str, int]
    bounds: tuple[tuple[str, str], ...]
    limits: Limits
    checks_deadlock: bool
    constraints: tuple[str, ...]
    properties: tuple[str, ...]
    left_out: tuple[str, ...]
    fairness: tuple[str, ...]
    taken: Mapping[str, int]
    view: str | None = None
    """By what states were told apart, and whether that is sound; None where every difference counts."""
    symmetry: str | None = None
    """Which states counted as one because members are interchangeable; None where symmetry was not asked for."""
    network: str | None = None
    """How messages travel in a system of nodes, in words; None of a state machine."""
    links: str | None = None
    """What the links of a system promise, in words; None where nothing is said of them."""
    detector: str | None = None
    """Whom nodes suspect or trust, in words; None where no node asks."""
    environment: tuple[str, ...] = ()
    """The network, links, detector and faults of a system as the title names them: `network=bag`, `who=one`."""
    budgets: Mapping[str, int] = field(default_factory=dict[str, int])
    """The faults that a run of a system asks for."""
    quorums: tuple[ChosenQuorums, ...] = ()
    """The quorum system over each sort that has quorums."""
    idle: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The budgets that the run asks for and that no state lets it spend, with the actions that would."""
    fault_states: Mapping[str, int] | None = None
    """In how many of the states that were expanded each fault was possible; None for walks, which count its steps."""
    engine: str = "reference interpreter"
    search: str = EXACT

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the verdict has to know, though it decides nothing.

        Quorums that may miss each other, and full links that were to drop messages and never did.
        """
        idle = 'full="drop" was asked for, and nothing was ever dropped: no message was sent on a link that was full'
        return (*warnings_of(self.quorums), *([idle] if self.drops and not any(self.drops.values()) else []))

    @property
    def drops(self) -> dict[str, int]:
        """How many steps have dropped a message since a link was full, of each class of links where they may."""
        return {name: count for name, count in self.faults.items() if name.endswith(DROP)}

    def setting(self, name: str) -> str:
        """A size or parameter as the command line takes it: `RM=3`."""
        value = {**self.sizes, **self.settled_bounds, **self.parameters}[name]
        return f"{name}={setting_text(value)}"


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a check."""

    verdict: Verdict
    properties: tuple[PropertyResult, ...]
    counts: Counts
    envelope: Envelope
    stopped: Stopped | None
    reasons: tuple[str, ...]
    """Why the verdict is inconclusive, where it is."""
    levels: tuple[int, ...]
    """The number of new states at each depth."""
    elapsed_s: float
    """Seconds that the search took."""
    compile_s: float = 0.0
    """Seconds before it that native code took to be compiled, or read from the disk."""
    storage: Storage | None = None
    """What native code says of its memory; None for the reference interpreter."""
    fewest: Fewest | None = None
    """How counterexamples with the fewest faults were looked for; None where shortest ones were asked for."""

    @property
    def exit_status(self) -> int:
        """0 holds, 1 violated, 3 inconclusive, 5 where there was no property to check."""
        return self.verdict.exit_status if self.properties else NOTHING_TO_CHECK

    def property(self, name: str) -> PropertyResult:
        """The result for one property. Raises ValueError naming those there are."""
        for one in self.properties:
            if one.name == name:
                return one
        raise ValueError(
            f"no property {name!r} was checked; checked were: {', '.join(p.name for p in self.properties)}"
        )

    def first_violation(self) -> PropertyResult | None:
        """The violated property whose counterexample is shortest; the first of the spec where several are.

        Where the fewest faults were asked for, faults count first.
        """
        violated = [one for one in self.properties if one.verdict is Verdict.VIOLATED]
        return min(violated, key=self._cost, default=None)

    def _cost(self, one: PropertyResult) -> tuple[int, int]:
        return (0 if self.fewest is None else one.faults), len(one.trace) if one.trace else 0

    def __repr__(self) -> str:
        counts = self.counts
        return f"<Result {self.verdict.value}: {self.envelope.spec}, {counts.distinct} distinct, depth {counts.depth}>"

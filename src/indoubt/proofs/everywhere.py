"""Proofs for every number of members: inductive invariants in first-order logic, told in the words of the spec."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.walk import types_of
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.result import INTERRUPTED, Verdict
from indoubt.finding.specs import UsageError, find_spec
from indoubt.invariants.quorums.counted import EPaxos
from indoubt.invariants.quorums.solver import version
from indoubt.invariants.quorums.structured import Joint, SingleServer
from indoubt.invariants.unbounded.execution import LocatedRefusal
from indoubt.invariants.unbounded.obligations import Proof, prove
from indoubt.invariants.unbounded.queries import Query
from indoubt.invariants.unbounded.quorums import required
from indoubt.invariants.unbounded.theory import Theory
from indoubt.proofs.everywhere_told import TellingAll
from indoubt.proofs.results import (
    FOR_ALL,
    Asked,
    Property,
    SpecProof,
    Status,
    counted,
    first_violation,
    not_decided,
    nothing_to_prove,
    values_of_run,
    values_row,
    verdict_of,
    why_violated,
    with_not_asked,
)
from indoubt.proofs.small import SmallSizes
from indoubt.runs.asking import known_properties, spec_class
from indoubt.runs.quorum_choice import is_sound
from indoubt.specs.language.declarations import sorts_of
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.quorum_systems import MAJORITY, Counted, QuorumError, QuorumSystem
from indoubt.specs.language.settings import LARGEST_SIZE, QUORUMS, Settings
from indoubt.specs.language.systems import System
from indoubt.specs.language.types import QuorumType
from indoubt.specs.language.universe import SettingError

Report = Callable[[str], None]
LOWERED_AT = (4, 5)
"""Sizes at which a spec is lowered; the first is that of the theory."""
COMPARED_AT = (1, 2, 3, 6, 7, 8, 16, LARGEST_SIZE)
"""More sizes, at which it must be the same, as far as it is a spec there. What grows with a size, and is the same with
one member and with the most, is the same in between."""


def for_all_sizes(
    spec: type[Spec] | str,
    /,
    *,
    timeout: float = 60.0,
    properties: Collection[str] | None = None,
    progress: Report | None = None,
    **settings: Any,
) -> SpecProof:
    """Prove the invariants of a spec for every size of its sorts; `settings` are parameters.

    Raises what `check` does; UsageError where a size is given, SpecError where the spec is no theory in first-order
    logic.
    """
    named = find_spec(spec) if isinstance(spec, str) else spec_class(spec)
    free = [sort.__name__ for sort in sorts_of(named) if sort.fixed_size is None]
    for name in free:
        if name in settings:
            raise UsageError(
                f"{name}={settings[name]} is a size, and this proof is for every size; leave it out, or say how far to "
                "look: --bmc 12, or --induction 3"
            )
    _refuse_fixed(settings.get(QUORUMS), free)
    settled = [_settled(named, dict.fromkeys(free, size), settings) for size in LOWERED_AT]
    machines = [prepared(lower(named, one)) for one in settled]
    machines += [*_others(named, free, settings)] if free else []
    asked = None if properties is None else sorted(known_properties(machines[0], None, properties, deadlock=False))
    systems = {one.sort.cls.__name__: one.system for one in types_of(machines[0]) if isinstance(one, QuorumType)}
    for sort, system in systems.items():
        _refuse_disjoint(sort, system, settled[0].sizes[sort] if sort not in free else None)
    started = time.monotonic()
    try:
        theory = Theory(*machines)
        small = SmallSizes(named, settings, systems, progress)
        proof = prove(theory, properties=asked, timeout_s=timeout, report=progress, small=small)
    except LocatedRefusal as refusal:
        raise _refused(named, refusal) from None
    except KeyboardInterrupt:
        known = named.__name__, FOR_ALL, "for all sizes", Verdict.INCONCLUSIVE, INTERRUPTED
        nothing, elapsed_s = not_decided(machines[0], asked), time.monotonic() - started
        return SpecProof(*known, nothing, (), (), version(), elapsed_s, is_interrupted=True)
    telling = TellingAll(named, small, theory, proof, progress)
    answered = telling.properties(asked)
    why = nothing_to_prove(answered, is_for_all=True) or _why(answered)
    verdict = verdict_of(answered)
    if telling.patience.is_interrupted and verdict is Verdict.INCONCLUSIVE:
        why = f"{INTERRUPTED}; {why}"
    like = [_condition(system) for system in settled[0].quorums.values() if system != MAJORITY]
    sizes = f"every number of {' and '.join(free)}" if free else "all sizes"
    scope = ", ".join([sizes, *like, *values_of_run(settled[0])])
    return SpecProof(
        named.__name__,
        FOR_ALL,
        f"for {scope}",
        verdict,
        why,
        answered,
        (*values_row(settled[0]), *telling.looked(), *_rows(theory, proof)),
        tuple(map(_asked, proof.queries)),
        version(),
        time.monotonic() - started,
        is_interrupted=telling.patience.is_interrupted,
    )


def _refuse_fixed(quorums: Any, free: Sequence[str]) -> None:
    """Raise UsageError for quorum systems that are not for every number of members of the sorts whose size is free."""
    named: Mapping[Any, Any] = quorums if isinstance(quorums, Mapping) else dict.fromkeys(free, quorums)  # pyright: ignore[reportUnknownVariableType]
    for key, system in named.items():
        sort = key.__name__ if isinstance(key, type) else key
        if (
            sort in free
            and isinstance(system, QuorumSystem)
            and not all(map(partial(_fits, system), range(1, LARGEST_SIZE + 1)))
        ):
            raise UsageError(
                f"{QUORUMS}={system} {_meant_for(system)}, and this proof is for every number; "
                "say how far to look: --bmc 12, or --induction 3, and the size of each sort"
            )


def _fits(system: QuorumSystem, size: int) -> bool:
    try:
        system.fit(size)
    except QuorumError:
        return False
    return True


def _meant_for(system: QuorumSystem) -> str:
    if system.members is not None:
        return f"is for {counted(system.members, 'member')}"
    if isinstance(system, EPaxos):
        return "is for an odd number of members"
    if isinstance(system, Joint | SingleServer):
        return "names members by their numbers"
    return "is not for every number of members"


def _refuse_disjoint(sort: str, system: QuorumSystem, size: int | None) -> None:
    """Raise UsageError where the quorums of a system never overlap as they should: then a proof is about nothing.

    `size` is that of the sort, None where it is any; of that, systems are asked whose quorums are counted.
    """
    if size is None and not isinstance(system, Counted):
        return
    if not any(is_sound(system, one) for one in ([size] if size is not None else range(1, LARGEST_SIZE + 1))):
        among = f"{size} {sort}" if size is not None else f"any number of {sort} up to {LARGEST_SIZE}"
        raise UsageError(
            f"{QUORUMS}={system} has no quorums that overlap as they should among {among}, and this proof takes that "
            f"for granted: it would be about nothing; choose others"
        )


def _others(spec: type[Spec], free: Sequence[str], settings: Mapping[str, Any]) -> Iterator[Machine]:
    """The machines at more sizes."""
    for size in COMPARED_AT:
        try:
            yield prepared(lower(spec, _settled(spec, dict.fromkeys(free, size), settings)))
        except (SpecError, SettingError):
            continue  # it is no spec there, so that nothing is said of this size


def _condition(system: QuorumSystem) -> str:
    """What a proof takes for granted of a quorum system: that it is what the protocol requires of it."""
    return " and ".join([f"wherever {system} has quorums", *map(str, required(system))])


def _settled(spec: type[Spec], sizes: Mapping[str, int], settings: Mapping[str, Any]) -> Settings:
    return settle(spec, {**sizes, **settings})


def _refused(spec: type[Spec], refusal: LocatedRefusal) -> SpecError:
    title = f"{spec.__name__} cannot be proved for every size: {refusal.where}: {refusal.reason}"
    help_ = refusal.help or "decide it for some sizes, as with `--induction 3` and a size for each sort"
    if issubclass(spec, System):  # whose messages are sent in loops that nobody has written
        help_ = "decide a system of nodes for some sizes, as with `--induction 3`; state machines are proved for all"
    return SpecError([Diagnostic("S802", title, refusal.span, "here", help_)])


def _why(properties: tuple[Property, ...]) -> str:
    violated = first_violation(properties)
    if violated is not None:
        return why_violated(violated)
    open_ = [
        one.name
        for one in properties
        if one.status.verdict is Verdict.INCONCLUSIVE and one.status is not Status.NOT_ASKED
    ]
    return f"not proved: {', '.join(open_)}" if open_ else with_not_asked("by induction", properties)


def _asked(query: Query) -> Asked:
    leaves = ""
    if query.circle is not None:
        by = dict.fromkeys(f"{label} ({_line(span)})" if span else label for _, label, span in query.circle.by)
        leaves = f"{' -> '.join(query.circle.sorts)}, by {', '.join(by)}"
    return Asked(query.property, query.action, query.answer.outcome.value, query.answer.elapsed_s, leaves)


def _line(span: Any) -> str:
    return f"{span.file.rpartition('/')[2]}:{span.line}"


def _rows(theory: Theory, proof: Proof) -> list[tuple[str, str]]:
    seconds = [query.answer.elapsed_s for query in proof.queries]
    queries = counted(len(seconds), "query").replace("querys", "queries")
    rows = [("queries", f"{queries}, the longest {max(seconds, default=0):.2f} s, all {sum(seconds):.2f} s")]
    assumed = dict.fromkeys(one.label for one in theory.axioms if not one.label.startswith("the values of"))
    rows.append(("axioms", "; ".join(assumed) or "none: sorts have a member, and nothing else is assumed of them"))
    circles = [query for query in proof.queries if query.circle is not None]
    if circles:
        rows.append(
            ("fragment", f"{len(circles)} of {queries} leave the decidable fragment: {_asked(circles[0]).leaves}")
        )
    else:
        rows.append(("fragment", "every query is in the decidable fragment: no alternation leads back to its sort"))
    if proof.bounded:
        rows.append(("bounds", f"a bound may refuse a step of {', '.join(proof.bounded)}"))
    return rows

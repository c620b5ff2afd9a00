"""Proofs at fixed sizes: bounded model checking and k-induction, told like a check."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any

from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.result import INTERRUPTED, Verdict
from indoubt.finding.specs import find_spec
from indoubt.invariants.bounded.induction import induct
from indoubt.invariants.bounded.model import CannotEncode, Model
from indoubt.invariants.bounded.search import search
from indoubt.invariants.quorums.solver import version
from indoubt.proofs.results import (
    Property,
    SpecProof,
    Status,
    counted,
    first_violation,
    not_decided,
    nothing_to_prove,
    verdict_of,
    why_violated,
    with_not_asked,
)
from indoubt.proofs.telling import Telling
from indoubt.runs.asking import known_properties, spec_class
from indoubt.runs.quorum_choice import quorums_of
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.universe import within

Report = Callable[[str], None]


def bounded(
    spec: type[Spec] | str,
    /,
    *,
    steps: int | None = None,
    induction: int | None = None,
    timeout: float = 60.0,
    properties: Collection[str] | None = None,
    progress: Report | None = None,
    **settings: Any,
) -> SpecProof:
    """Look for a violation within so many steps, or prove by k-induction for k = `induction`, at the sizes given.

    Raises what `check` does; SpecError for a spec that cannot be encoded.
    """
    named = find_spec(spec) if isinstance(spec, str) else spec_class(spec)
    settled = settle(named, settings)
    machine = prepared(lower(named, settled))
    asked = None if properties is None else sorted(known_properties(machine, None, properties, deadlock=False))
    started = time.monotonic()
    if progress is not None:
        progress("writing every step as a circuit")
    try:
        with within(settled.universe):
            model = Model(machine)
    except CannotEncode as refusal:
        raise _refused(named, refusal) from None
    except KeyboardInterrupt:
        return _not_begun(named, settled, not_decided(machine, asked), induction, started)
    rows: tuple[tuple[str, str], ...] = ()
    quorums = quorums_of(named, machine)
    telling = Telling(named, settled, machine, model, timeout)
    sizes = " ".join([telling.sizes, *(one.setting for one in quorums if not one.is_default)])
    if not model.initial and not model.initial_failed:
        answered, is_open, scope = telling.without_states(asked), True, ""
        method = "bounded" if induction is None else "induction"
        (start,) = machine.initial
        why = f"there is no initial state: `{start.name}` refuses every choice, or a bound does"
    elif induction is None:
        assert steps is not None
        found = search(model, steps, properties=asked, timeout_s=timeout, report=progress)
        telling.patience.is_interrupted = found.is_interrupted
        answered, method, is_open = telling.searched(found, asked), "bounded", not found.is_stuck
        scope = EVERY_DEPTH if found.is_stuck else f"within {counted(steps, 'step')}"
        why, rows = telling.why_searched(found, steps, answered), telling.rows(found)
    else:
        proof = induct(model, induction, properties=asked, timeout_s=timeout, report=progress)
        answered, method, is_open = telling.induced(proof, asked), "induction", False
        scope, why = f"by {induction}-induction", _why_induced(answered)
        if telling.patience.is_interrupted and verdict_of(answered) is Verdict.INCONCLUSIVE:
            why = f"{INTERRUPTED}; {why}"
        if proof.base.is_stuck:
            scope, why = EVERY_DEPTH, telling.why_searched(proof.base, induction, answered)
        rows = telling.rows(proof.base, induction=not proof.base.is_stuck)
    is_interrupted = telling.patience.is_interrupted
    verdict = verdict_of(answered)
    if verdict is Verdict.HOLDS and is_open:
        verdict = Verdict.INCONCLUSIVE  # a limit is no pass, also where all that was asked for is a witness
    return SpecProof(
        named.__name__,
        method,
        f"{sizes} {scope}".strip(),
        verdict,
        nothing_to_prove(answered, is_for_all=False) or why,
        answered,
        rows,
        (),
        version(),
        time.monotonic() - started,
        quorums,
        is_interrupted,
    )


def _not_begun(
    spec: type[Spec], settled: Settings, properties: tuple[Property, ...], induction: int | None, started: float
) -> SpecProof:
    """The answer where Ctrl-C comes before anything is asked."""
    sizes = " ".join(f"{name}={size}" for name, size in settled.sizes.items())
    method, elapsed_s = "bounded" if induction is None else "induction", time.monotonic() - started
    known = spec.__name__, method, sizes, Verdict.INCONCLUSIVE, INTERRUPTED
    return SpecProof(*known, properties, (), (), version(), elapsed_s, (), is_interrupted=True)


EVERY_DEPTH = "at every depth"


def _refused(spec: type[Spec], refusal: CannotEncode) -> SpecError:
    title = f"{spec.__name__} cannot be encoded for a proof: {refusal.part}: {refusal.reason}"
    help_ = "choose smaller sizes or bounds, or decide it with `indoubt check`, which has no such limit"
    return SpecError([Diagnostic("S801", title, refusal.span, "in this method", help_)])


def _why_induced(properties: tuple[Property, ...]) -> str:
    violated = first_violation(properties)
    if violated is not None:
        return why_violated(violated)
    open_ = [one.name for one in properties if one.status in (Status.NOT_INDUCTIVE, Status.DEPENDS)]
    undecided = [one.name for one in properties if one.status is Status.UNKNOWN]
    told = [f"not proved: {', '.join(open_)}"] * bool(open_) + [f"not decided: {', '.join(undecided)}"] * bool(
        undecided
    )
    are_witnesses = all(one.status in (Status.REACHED, Status.NOT_ASKED) for one in properties)
    return "; ".join(told) or with_not_asked("reached" if are_witnesses else EVERY_DEPTH, properties)

"""indoubt: a model checker for the protocols by which computers agree.

`check(TwoPhase, RM=3)` explores every interleaving of a spec and returns a `Result`: a verdict that names its bounds,
and a shortest counterexample for each property that is violated. Specs are written with `indoubt.specs.language`.

Names are loaded when they are first used, so that `import indoubt` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indoubt.counterexamples.replay import ReplayMismatch as ReplayMismatch
    from indoubt.counterexamples.trace import Step as Step, Trace as Trace
    from indoubt.explorer.frontend.diagnostics import Diagnostic as Diagnostic, SpecError as SpecError
    from indoubt.explorer.search.result import (
        Counts as Counts,
        Limits as Limits,
        Stopped as Stopped,
        Verdict as Verdict,
    )
    from indoubt.faults.ablation import Ablation as Ablation, ablate as ablate
    from indoubt.faults.cells import Frontier as Frontier
    from indoubt.faults.frontier import frontier as frontier
    from indoubt.finding.specs import UnknownSpec as UnknownSpec, find_spec as find_spec
    from indoubt.proofs.proving import prove as prove
    from indoubt.runs.checking import check as check
    from indoubt.runs.checkpoints import resume as resume
    from indoubt.runs.failing import SpecFailed as SpecFailed
    from indoubt.runs.result import Envelope as Envelope, PropertyResult as PropertyResult, Result as Result
    from indoubt.runs.simulating import SimulationResult as SimulationResult, simulate as simulate
    from indoubt.specs.language.settings import SettingError as SettingError

    __version__: str

_HOMES = {
    "check": "runs.checking",
    "resume": "runs.checkpoints",
    "SpecFailed": "runs.failing",
    "Ablation": "faults.ablation",
    "ablate": "faults.ablation",
    "Frontier": "faults.cells",
    "frontier": "faults.frontier",
    "ReplayMismatch": "counterexamples.replay",
    "Step": "counterexamples.trace",
    "Trace": "counterexamples.trace",
    "Diagnostic": "explorer.frontend.diagnostics",
    "SpecError": "explorer.frontend.diagnostics",
    "Counts": "explorer.search.result",
    "Limits": "explorer.search.result",
    "Stopped": "explorer.search.result",
    "Verdict": "explorer.search.result",
    "UnknownSpec": "finding.specs",
    "find_spec": "finding.specs",
    "prove": "proofs.proving",
    "Envelope": "runs.result",
    "PropertyResult": "runs.result",
    "Result": "runs.result",
    "SimulationResult": "runs.simulating",
    "simulate": "runs.simulating",
    "SettingError": "specs.language.settings",
}
"""The public names with the module that defines each."""


def __getattr__(name: str) -> Any:
    """Load a public name. Raises AttributeError for any other."""
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - reading metadata takes a while

        return version("indoubt")
    if name not in _HOMES:
        raise AttributeError(f"module 'indoubt' has no attribute {name!r}; it has: {', '.join(sorted(_HOMES))}")
    value = getattr(import_module(f"indoubt.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*_HOMES, "__version__"])

"""indoubt: a model checker for the protocols by which computers agree.

`check(TwoPhase, RM=3)` explores every interleaving of a spec and returns a `Result`: a verdict that names its bounds,
and a shortest counterexample for each property that is violated. Specs are written with `indoubt.specs.language`.
"""

from __future__ import annotations

from importlib.metadata import version

from indoubt.checking import check
from indoubt.counterexamples.replay import ReplayMismatch
from indoubt.counterexamples.trace import Step, Trace
from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.search.result import Counts, Limits, Stopped, Verdict
from indoubt.finding import find_spec
from indoubt.result import PropertyResult, Result
from indoubt.specs.language.settings import SettingError

__version__ = version("indoubt")

__all__ = [
    "Counts",
    "Diagnostic",
    "Limits",
    "PropertyResult",
    "ReplayMismatch",
    "Result",
    "SettingError",
    "SpecError",
    "Step",
    "Stopped",
    "Trace",
    "Verdict",
    "check",
    "find_spec",
]

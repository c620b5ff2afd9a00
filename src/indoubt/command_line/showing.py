"""What `indoubt show --as source` prints: the source of a spec, after it was read back."""

from __future__ import annotations

import ast
import re
import shlex
import tempfile
from pathlib import Path

from indoubt.explorer.frontend.diagnostics import SpecError
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.source import capacities_of, source_of
from indoubt.explorer.ir.source_expressions import NoSource, identifier
from indoubt.explorer.ir.walk import types_of
from indoubt.explorer.passes.fold_constants import fold_constants
from indoubt.finding.specs import UsageError, find_spec
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import QUORUMS, SettingError, Settings, setting_text
from indoubt.specs.language.systems import System
from indoubt.specs.language.types import QuorumType


def source(machine: Machine, spec: type[Spec], settings: Settings) -> str:
    """The source of a spec with the same machine. Raises UsageError where it has none, with the reason."""
    usual = {name for name, value in settings.parameters.items() if value == getattr(spec, name, None)}
    given = [f"{name}={text}" for name, text in settings.given().items() if name not in usual]
    command = shlex.join(["indoubt", "show", spec.__name__, *given, *_options(spec), "--as", "source"])
    try:
        machine = fold_constants(machine)  # what parameters of the run decide is decided
        text = source_of(machine, command, settings.bounds, _quorums(machine, settings))
        _read_back(text, machine, spec, settings)
    except NoSource as error:
        what = f"{spec.__name__} cannot be written as the source of a state machine: {error}"
        raise UsageError(f"{what}; --as machine prints everything") from None
    return text


def _read_back(text: str, machine: Machine, spec: type[Spec], settings: Settings) -> None:
    """Raise NoSource where the language does not take what was written for what is meant."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "read_back.py"
        path.write_text(text + "\n", encoding="utf-8")
        try:
            again = find_spec(str(path))
            chosen = {QUORUMS: settings.keywords(spec)[QUORUMS]} if _quorums(machine, settings) else {}
            found = lower(again, settle(again, {**capacities_of(machine, settings.bounds), **chosen}))
        except SpecError as error:
            raise NoSource(_reason(error, text, machine)) from None
        except SettingError as error:
            raise NoSource(str(error)) from None
    if _counted(found) != _counted(machine):
        raise NoSource("what was written has other variables, properties or views")


def _counted(machine: Machine) -> tuple[int, ...]:
    return len(machine.variables), len(machine.checked), len(machine.constraints), len(machine.views)


def _quorums(machine: Machine, settings: Settings) -> str:
    """The quorum system that the run has chosen, as a command takes it; nothing where it is a majority."""
    has_quorums = any(isinstance(one, QuorumType) for one in types_of(machine))
    return setting_text(settings.quorums) if settings.quorums and has_quorums else ""


def _reason(error: SpecError, text: str, machine: Machine) -> str:
    """Which step or property the language does not take as it would be written, and why not."""
    first = error.diagnostics[0]
    why = re.sub(r"\s+", " ", f"{first.title} ({first.code})")
    line = 0 if first.span is None else first.span.line
    named = {identifier(one.name): one.name for one in (*machine.initial, *machine.actions, *machine.checked)}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0) and node.name in named:
            return f"`{named[node.name]}`, as it would be written there, is not understood: {why}"
    return why


def _options(spec: type[Spec]) -> list[str]:
    """The options of the command line that ask for the network, the faults and the detector of a system."""
    if not issubclass(spec, System):
        return []
    network, faults, detector = spec.__network__, spec.__faults__, spec.__detector__
    words = ["--network", network.kind]
    if network.is_consuming:
        words += ["--capacity", str(network.capacity), "--full", network.full]
    words += [word for name, budget in faults.asked().items() for word in (f"--{name}", str(budget))]
    words += ["--who", faults.who] if faults.who != "any" else []
    words += ["--sync", faults.sync] if faults.sync != "prompt" else []
    words += ["--no-equivocation"] if faults.is_consistent else []
    if faults.partitions is not None and faults.partitions.times:
        words += ["--partition", faults.partitions.told_shape]
        words += [] if faults.partitions.in_flight is None else ["--in-flight", faults.partitions.in_flight]
    words += ["--links", spec.__promised__.kind] if spec.__promised__ is not None else []
    if detector is None or spec.__watch__ is None:
        return words
    mistakes = [] if detector.mistakes is None else ["--mistakes", str(detector.mistakes)]
    return [*words, "--detector", detector.kind, *mistakes]

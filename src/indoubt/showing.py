"""What `indoubt show --as source` prints: the source of a spec, after it was read back."""

from __future__ import annotations

import re
import shlex
import tempfile
from pathlib import Path

from indoubt.environment import option_words
from indoubt.explorer.frontend.diagnostics import SpecError
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.source import capacities_of, source_of
from indoubt.explorer.ir.source_expressions import NoSource
from indoubt.explorer.passes.fold_constants import fold_constants
from indoubt.finding import UsageError, find_spec
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings


def source(machine: Machine, spec: type[Spec], settings: Settings) -> str:
    """The source of a spec with the same machine. Raises UsageError where it has none, with the reason."""
    sizes = [f"{name}={size}" for name, size in settings.sizes.items()]
    command = shlex.join(["indoubt", "show", spec.__name__, *sizes, *option_words(spec), "--as", "source"])
    try:
        machine = fold_constants(machine)  # what parameters of the run decide is decided
        text = source_of(machine, command)
        _read_back(text, machine)
    except NoSource as error:
        what = f"{spec.__name__} cannot be written as the source of a state machine: {error}"
        raise UsageError(f"{what}; --as machine prints everything") from None
    return text


def _read_back(text: str, machine: Machine) -> None:
    """Raise NoSource where the language does not take what was written for what is meant."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "read_back.py"
        path.write_text(text + "\n", encoding="utf-8")
        try:
            again = find_spec(str(path))
            found = lower(again, settle(again, capacities_of(machine)))
        except SpecError as error:
            raise NoSource(_first_line(error)) from None
    if [len(found.variables), len(found.checked)] != [len(machine.variables), len(machine.checked)]:
        raise NoSource("what was written has other variables or properties")


def _first_line(error: SpecError) -> str:
    first = error.diagnostics[0]
    return re.sub(r"\s+", " ", f"{first.title} ({first.code})")

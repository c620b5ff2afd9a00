"""Checkpoints of a run, and going on from one: what was asked is written with the states, and asked again."""

from __future__ import annotations

import hashlib
import inspect
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.show import shown
from indoubt.explorer.search.checkpoint import CheckpointError, Keeping, Saved, fit_to_write, read
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import Limits
from indoubt.finding.specs import UsageError, find_spec, library
from indoubt.runs.arguments import of_their_kinds
from indoubt.runs.asking import positive
from indoubt.runs.result import Result
from indoubt.runs.settings_text import parsed
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings, setting_text

DEFAULT_EVERY_S = 600.0
"""How often a checkpoint that was asked for is written."""
PLACE = Path(".indoubt") / "checkpoints"
"""Where runs are kept that were interrupted and did not say where."""
WORTH_KEEPING_S = 3.0
"""Runs that were shorter are begun again as quickly."""


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """Where a run writes checkpoints, and which one it goes on from."""

    folder: Path
    every_s: float | None = DEFAULT_EVERY_S
    """None for only where the run ends early."""
    after_s: float = 0.0
    """A run that was shorter is not worth one."""
    saved: Saved | None = None
    only_interrupted: bool = False
    """Whether a limit that ends the run is no reason for one."""


def checkpoints_of(
    given: str | os.PathLike[str] | Checkpoints | None, every_s: float | None, engine: str
) -> Checkpoints | None:
    """Where checkpoints go. Raises UsageError."""
    positive("checkpoint_every", every_s)
    if engine == "reference" and given is not None and not isinstance(given, Checkpoints):
        raise UsageError("--checkpoint is for native code; leave it out, or leave out --engine reference")
    if given is None:
        if every_s is not None:
            raise UsageError("--checkpoint-every needs a folder to write to; add --checkpoint PATH")
        return None
    if isinstance(given, Checkpoints):
        return given
    if not isinstance(given, str | os.PathLike):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"checkpoint={given!r} is not possible; give the path of a folder")
    if not os.fspath(given):
        raise UsageError("--checkpoint without a folder is not possible; for example --checkpoint run.checkpoint")
    try:
        fit_to_write(Path(given))
    except CheckpointError as error:
        raise UsageError(f"--checkpoint {error}") from None
    return Checkpoints(Path(given), DEFAULT_EVERY_S if every_s is None else every_s)


def where_interrupted(spec: type[Spec], every_s: float | None) -> Checkpoints | None:
    """Where a run on the command line is kept when it is interrupted, if nobody said where."""
    if every_s is not None:
        return None
    began = time.strftime("%Y%m%d-%H%M%S")
    return Checkpoints(PLACE / f"{spec.__name__}-{began}-{os.getpid()}", None, WORTH_KEEPING_S, only_interrupted=True)


def keeping_of(
    checkpoints: Checkpoints,
    spec: type[Spec],
    settled: Settings,
    machine: Machine,
    limits: Limits,
    options: Mapping[str, Any],
) -> Keeping:
    """What a search has to know. Raises UsageError where the spec is not the one that a checkpoint is of."""
    saved = checkpoints.saved
    if saved is not None and saved.about["machine"] != _digest(machine):
        raise UsageError(
            f"{saved.about['spec']} has changed since {saved.folder} was written, and its states may mean something "
            f"else now; start again with {_again(saved.about)}"
        )
    asked = _asked(limits, options)  # now, while the working directory is the one that paths in it are of

    def about() -> dict[str, Any]:
        return {
            "version": own_version(),
            "spec": address_of(spec),
            "settings": [f"{name}={setting_text(value)}" for name, value in settled.keywords(spec).items()],
            "machine": _digest(machine),
            "asked": asked,
        }

    return Keeping(
        checkpoints.folder,
        about,
        checkpoints.every_s,
        checkpoints.after_s,
        saved,
        checkpoints.only_interrupted,
    )


def _digest(machine: Machine) -> str:
    return hashlib.sha256(shown(machine).encode()).hexdigest()


def address_of(spec: type[Spec]) -> str:
    """The name by which a spec is found again, from whatever folder."""
    module = spec.__module__
    name = next((name for name, one in library().items() if one == module), None)
    if name is not None:
        return f"{name}::{spec.__name__}"
    functions = [inspect.unwrap(one) for one in vars(spec).values() if inspect.isfunction(one)]
    own = [one.__code__.co_filename for one in functions if one.__module__ == module]
    # Several files may have the name of the module, and only the code knows which of them it is from.
    file = next(iter(own), getattr(sys.modules.get(module), "__file__", None))
    return f"{module}:{spec.__name__}" if file is None else f"{Path(file).resolve()}::{spec.__name__}"


@of_their_kinds
def resume(
    path: str | os.PathLike[str],
    *,
    max_states: int | None = None,
    max_depth: int | None = None,
    timeout: float | None = None,
    workers: int | None = None,
    memory: str | int | None = None,
    disk: str | os.PathLike[str] | None = None,
    checkpoint_every: float | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Go on with a check from the checkpoint in a folder, with the limits that it had, or with new ones.

    The answer is that of a run that was never stopped. `timeout` counts from now on. New checkpoints take the place of
    the old one. Raises ValueError where there is no checkpoint, it is damaged, or the spec has changed since.
    """
    from indoubt.runs.checking import check  # noqa: PLC0415 - that module needs this one

    if not isinstance(path, str | os.PathLike):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"{path!r} is no checkpoint; give the path of its folder")
    saved = read_checkpoint(Path(path))
    about = saved.about
    asked: dict[str, Any] = dict(about["asked"])
    new: dict[str, Any] = {"max_states": max_states, "max_depth": max_depth, "timeout": timeout, "workers": workers}
    new |= {"memory": memory, "disk": None if disk is None else os.fspath(disk)}
    asked |= {name: value for name, value in new.items() if value is not None}
    _refuse_what_stopped_it(saved, new)
    spec = find_spec(about["spec"])
    settings = parsed(spec, about["settings"], {})
    every_s = DEFAULT_EVERY_S if checkpoint_every is None else checkpoint_every
    checkpoints = Checkpoints(saved.folder, every_s, saved=saved)
    return check(spec, checkpoint=checkpoints, progress=progress, **asked, **settings)


def read_checkpoint(path: Path) -> Saved:
    """A checkpoint that this version can go on from. Raises UsageError."""
    try:
        saved = read(path)
    except CheckpointError as error:
        raise UsageError(str(error)) from None
    known = {"version", "spec", "settings", "machine", "asked"}
    if not known <= saved.about.keys():
        raise UsageError(f"{path} does not say what was checked; start again with `indoubt check`")
    if saved.about["version"] != own_version():
        raise UsageError(
            f"{path} was written by indoubt {saved.about['version']}, and this is {own_version()}; "
            f"go on with that version, or start again with {_again(saved.about)}"
        )
    return saved


def _again(about: Mapping[str, Any]) -> str:
    return f"`{shlex.join(['indoubt', 'check', about['spec'], *about['settings'], *_options(about['asked'])])}`"


def _options(asked: Mapping[str, Any]) -> Iterator[str]:
    """What was asked of a check, as options; limits, and what is kept where, are for the new run to say."""
    for name, option in (("properties", "-k"), ("constraints", "--constraint")):
        for one in asked.get(name) or ():
            yield from (option, one)
    for name in ("view", "refines"):
        if asked.get(name):
            yield from (f"--{name}", asked[name])
    mapping: Mapping[str, str] = asked.get("mapping") or {}
    for variable, meant in mapping.items():
        yield from ("--mapping", f"{variable}={meant}")
    symmetry = asked.get("symmetry")
    if symmetry:
        yield "--symmetry" if symmetry is True else f"--symmetry={','.join(symmetry)}"
    for name in ("deadlock", "keep_dead"):
        if asked.get(name):
            yield f"--{name.replace('_', '-')}"


def _refuse_what_stopped_it(saved: Saved, new: Mapping[str, Any]) -> None:
    """A run would end at once that goes on within the limit that ended it."""
    stopped, snapshot = saved.snapshot.stopped, saved.snapshot
    for name, option in (("max_states", "--max-states"), ("max_depth", "--max-depth")):
        if stopped.startswith(option):
            reached = snapshot.count - 1 if name == "max_states" else len(snapshot.level_ends)
            given = new[name]
            if given is None or given <= reached:
                edit = f"indoubt resume {shlex.quote(str(saved.folder))} {option} {10 * (reached + 1)}"
                raise UsageError(f"this run was stopped by {stopped}, and would be again; give it more: {edit}")


def _asked(limits: Limits, options: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a check as JSON keeps them."""
    asked = {"max_states": limits.max_states, "max_depth": limits.max_depth, "timeout": limits.timeout_s}
    asked |= {name: _plain(value) for name, value in options.items()}
    return {**asked, "engine": "native"}


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | float():
            return value
        case type():
            return address_of(value)
        case os.PathLike():
            return str(Path(cast("os.PathLike[str]", value)).resolve())
        case str():
            return _with_whole_path(value)
        case Mapping():
            return dict(cast("Mapping[str, str]", value))
        case _:
            return [one if isinstance(one, str) else one.__name__ for one in value]


def _with_whole_path(text: str) -> str:
    """A spec in a file by the whole path of that file; any other text as it is."""
    place, separator, name = text.partition("::")
    return f"{Path(place).resolve()}{separator}{name}" if place.endswith(".py") else text


def own_version() -> str:
    """The version of indoubt that writes and reads."""
    from importlib.metadata import version  # noqa: PLC0415 - reading metadata takes a while

    return version("indoubt")

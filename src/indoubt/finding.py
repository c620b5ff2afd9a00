"""Finding a spec by the name that a user gives: a protocol of the library, a file, or a module.

`three_phase_commit`, `two_phase::TwoPhase`, `my_protocol.py`, `my_protocol.py::Ring`, `package.module:Ring`.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import linecache
import pkgutil
import sys
import traceback
from pathlib import Path
from types import ModuleType

import indoubt.specs
from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.ir.expressions import Span
from indoubt.specs.language.machine import Spec, methods_of
from indoubt.specs.language.universe import NoUniverse


class UsageError(ValueError):
    """What was asked for is not possible; says what there is and what to write."""


class UnknownSpec(UsageError):
    """No spec has the name that was asked for; says what there is and what to write."""


def library() -> dict[str, str]:
    """The specs that ship, by name, with the module that defines each."""
    return {
        name.rpartition(".")[2]: name
        for _, name, is_package in pkgutil.walk_packages(indoubt.specs.__path__, "indoubt.specs.")
        if not is_package and not name.startswith("indoubt.specs.language")
    }


def find_spec(name: str) -> type[Spec]:
    """The spec class that `name` stands for.

    Raises UnknownSpec where there is none, SpecError where its file or module cannot be imported.
    """
    place, _, chosen = name.partition("::")
    if place.endswith(".py") or "/" in place or "\\" in place:
        return _chosen(_imported_file(place), chosen, place)
    if not chosen and ":" in place:
        place, _, chosen = place.partition(":")
        return _chosen(_imported_module(place), chosen, place)
    modules = library()
    if place in modules:
        return _chosen(importlib.import_module(modules[place]), chosen, place)
    if Path(f"{place}.py").is_file():
        raise UnknownSpec(f"no spec {place!r} in the library; for the file write {place}.py")
    if "." in place:
        return _chosen(_imported_module(place), chosen, place)
    close = difflib.get_close_matches(place, modules, n=1, cutoff=0.5)
    hint = f"; did you mean {close[0]}?" if close else ""
    raise UnknownSpec(
        f"no spec {place!r}; the library has {', '.join(sorted(modules))}; a spec of yours is file.py::Class{hint}"
    )


def specs_in(module: ModuleType) -> dict[str, type[Spec]]:
    """The spec classes that a module defines itself, by name."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Spec) and value.__module__ == module.__name__
    }


def _chosen(module: ModuleType, chosen: str, place: str) -> type[Spec]:
    specs = specs_in(module)
    if chosen:
        found = getattr(module, chosen, None)
        if isinstance(found, type) and issubclass(found, Spec) and found is not Spec:
            return found
        if found is not None:
            raise UnknownSpec(
                f"{chosen!r} in {place} is no spec: it does not inherit from Spec; {_there_is(place, specs)}"
            )
        close = difflib.get_close_matches(chosen, specs, n=1)
        hint = f"; did you mean {place}::{close[0]}?" if close else ""
        raise UnknownSpec(f"no spec {chosen!r} in {place}; {_there_is(place, specs)}{hint}")
    if not specs:
        raise UnknownSpec(f"{place} defines no spec: write a class that inherits from indoubt.specs.language.Spec")
    named = [
        spec for name, spec in specs.items() if name.lower() == module.__name__.rpartition(".")[2].replace("_", "")
    ]
    complete = [spec for spec in specs.values() if methods_of(spec, "action")]
    for candidates in (list(specs.values()), named, complete):
        if len(candidates) == 1:
            return candidates[0]
    raise UnknownSpec(f"{place} defines several specs; say which: {', '.join(f'{place}::{name}' for name in specs)}")


def _there_is(place: str, specs: dict[str, type[Spec]]) -> str:
    return f"it has {', '.join(f'{place}::{name}' for name in specs)}" if specs else "it defines no spec"


def _imported_file(place: str) -> ModuleType:
    path = Path(place)
    if not path.is_file():
        near = [str(one) for one in sorted(path.parent.glob("*.py"))] if path.parent.is_dir() else []
        close = difflib.get_close_matches(place, near, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise UnknownSpec(f"there is no file {place}{hint}")
    name = path.stem
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise UnknownSpec(f"{place} is no Python file; its name has to end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.resolve().parent))
    shadowed = sys.modules.get(name)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever the author's file raises, SystemExit too, is the author's to read
        raise SpecError([_import_failed(place, error, str(path.resolve()))]) from None
    finally:
        sys.path.remove(str(path.resolve().parent))
        if shadowed is not None:
            sys.modules[name] = shadowed  # a file may have the name of a module that others need
    return module


def _imported_module(name: str) -> ModuleType:
    sys.path.insert(0, "")
    try:
        if not all(part.isidentifier() for part in name.split(".")):
            raise UnknownSpec(f"{name!r} is no name of a module; a spec of yours is file.py::Class or module:Class")
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
                hint = f"; {name} of the library is written {name}::Class" if name in library() else ""
                raise UnknownSpec(f"there is no module {name}; a spec in a file is file.py::Class{hint}") from None
            raise SpecError([_import_failed(name, error, None)]) from None
        except Exception as error:  # noqa: BLE001 - whatever the author's module raises is the author's to read
            raise SpecError([_import_failed(name, error, None)]) from None
    finally:
        sys.path.remove("")


def _import_failed(place: str, error: BaseException, file: str | None) -> Diagnostic:
    reason, help_ = _reason(error)
    span = None
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        column = (error.offset or 1) - 1
        span = Span(error.filename, error.lineno, column, error.lineno, max(column + 1, (error.end_offset or 1) - 1))
    else:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
        if frames and frames[-1].lineno is not None:
            span = _place_in(str(file), frames[-1].lineno, frames[-1])
    return Diagnostic("S002", f"{place} cannot be imported: {reason}", span, "raised here", help_)


def _reason(error: BaseException) -> tuple[str, str]:
    """Why a file cannot be imported, and what to do."""
    match error:
        case SyntaxError():
            return f"SyntaxError: {error.msg}", "mend this line"
        case ModuleNotFoundError(name=str() as name):
            return f"there is no module {name}", "install it, or mend its name"
        case ImportError(name=str() as name):
            wanted = str(error).split("'")[1] if "'" in str(error) else ""
            close = difflib.get_close_matches(wanted, dir(sys.modules.get(name)), n=1)
            help_ = f"did you mean `{close[0]}`?" if close else "mend the name"
            return f"{name} has no {wanted}" if wanted else str(error), help_
        case NameError(name=str() as name):
            return f"NameError: {error}", f"define or import {name} above"
        case NoUniverse():
            what, _, rest = str(error).partition(". ")
            return what, rest[:1].lower() + rest[1:]
        case _:
            return f"{type(error).__name__}: {error}", "mend the file"


def _place_in(file: str, line: int, frame: traceback.FrameSummary) -> Span:
    text = linecache.getline(file, line).rstrip()
    indent = len(text) - len(text.lstrip())
    column, end = getattr(frame, "colno", None), getattr(frame, "end_colno", None)
    if column is None or end is None or getattr(frame, "end_lineno", line) != line or not text.isascii():
        column, end = indent, len(text)
    return Span(file, line, column, line, end)

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
import tokenize
import traceback
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from types import ModuleType

import indoubt.specs
from indoubt.explorer.frontend.desugar.translation import known_system
from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.ir.expressions import Span
from indoubt.finding import import_errors
from indoubt.finding.own_modules import imports_from, is_standard, module_name, name_of_file
from indoubt.finding.twice import refuse_twice
from indoubt.specs.language.layout import nodes_named, own_annotations
from indoubt.specs.language.machine import Spec, methods_of
from indoubt.specs.language.systems import System
from indoubt.specs.language.universe import NoUniverse

NAMED = 5
"""How many files of a folder a message names."""
FILE_HINT = "; a spec is a Python file, or a name that `indoubt list` shows"


class UsageError(ValueError):
    """What was asked for is not possible; says what there is and what to write."""


class UnknownSpec(UsageError):
    """No spec has the name that was asked for; says what there is and what to write."""


def did_you_mean(asked: str, known: Iterable[str], prefix: str = "", *, cutoff: float = 0.5) -> str:
    """The end of a message about a name that there is not: the one that was meant, if it is close."""
    names = {name.lower(): name for name in known}
    close = difflib.get_close_matches(asked.lower(), names, n=1, cutoff=cutoff)
    return f"; did you mean {prefix}{names[close[0]]}?" if close else ""


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
    place, separator, chosen = name.partition("::")
    if separator and not chosen:
        raise UnknownSpec(f"{name!r} names no class after `::`; write {place}::Class, or {place} alone")
    if not place:
        raise UnknownSpec(f"{name!r} names no spec; write a name of the library (`indoubt list`), or file.py::Class")
    if place.endswith(".py") or "/" in place or "\\" in place:
        return _chosen(imported_file(place), chosen, f"{place}::")
    if not chosen and ":" in place:
        place, _, chosen = place.partition(":")
        if place.endswith(".py"):
            raise UnknownSpec(f"{name!r} has one colon; a spec in a file is written {place}::{chosen or 'Class'}")
        return _chosen(imported_module(place), chosen, f"{place}:")
    modules = library()
    if place in modules:
        return _chosen(importlib.import_module(modules[place]), chosen, f"{place}::")
    if Path(f"{place}.py").is_file():
        file = f"{place}.py{separator}{chosen}"
        raise UnknownSpec(f"no spec {place!r} in the library; for the file write {file}")
    if Path(place).exists():
        return _chosen(imported_file(place), chosen, f"{place}::")
    if "." in place and "=" not in place:
        return _chosen(imported_module(place), chosen, f"{place}:")
    if "=" in place:
        raise UnknownSpec(f"{place!r} is a setting, and the spec comes before it, for example two_phase {place}")
    there_is = f"the library has {', '.join(sorted(modules))}; a spec of yours is file.py::Class"
    raise UnknownSpec(f"no spec {place!r}; {there_is}{did_you_mean(place, modules)}")


def specs_in(module: ModuleType) -> dict[str, type[Spec]]:
    """The spec classes that a module defines itself, by name."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Spec) and value.__module__ == module.__name__
    }


def _chosen(module: ModuleType, chosen: str, prefix: str) -> type[Spec]:
    """The class of a module that was asked for, or its only one; `prefix` stands before the name of a class."""
    specs, place = specs_in(module), prefix.rstrip(":")
    if chosen:
        found = getattr(module, chosen, None)
        if isinstance(found, type) and issubclass(found, Spec) and found not in (Spec, System):
            return known_system(found)
        if found is not None:
            raise UnknownSpec(
                f"{chosen!r} in {place} is no spec: it does not inherit from Spec; {_there_is(prefix, specs)}"
            )
        hint = did_you_mean(chosen, specs, prefix)
        raise UnknownSpec(f"no spec {chosen!r} in {place}; {_there_is(prefix, specs)}{hint}")
    if not specs:
        raise UnknownSpec(f"{place} defines no spec: write a class that inherits from indoubt.specs.language.Spec")
    named = [spec for name, spec in specs.items() if name.lower() == name_of_file(module).replace("_", "")]
    complete = [spec for spec in specs.values() if any(_has_action(base) for base in spec.__mro__)]
    for candidates in (list(specs.values()), named, complete):
        if len(candidates) == 1:
            return known_system(candidates[0])
    raise UnknownSpec(f"{place} defines several specs; say which: {', '.join(f'{prefix}{name}' for name in specs)}")


def _has_action(owner: type) -> bool:
    if issubclass(owner, System):
        return any(nodes_named(owner, base, one) for _, base, one in own_annotations(owner))
    return issubclass(owner, Spec) and bool(methods_of(owner, "action"))


def _there_is(prefix: str, specs: dict[str, type[Spec]]) -> str:
    return f"it has {', '.join(f'{prefix}{name}' for name in specs)}" if specs else "it defines no spec"


def imported_file(place: str) -> ModuleType:
    """The module that a file is. Raises UnknownSpec where there is none, SpecError where it cannot be imported."""
    path = Path(place).expanduser()
    if path.is_dir():
        files = sorted(one for one in path.glob("*.py") if one.is_file())
        if not files:
            raise UnknownSpec(f"{place} is a folder without a Python file; name a file that there is")
        more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
        raise UnknownSpec(f"{place} is a folder; name a file in it: {', '.join(map(str, files[:NAMED]))}{more}")
    if not path.is_file():
        if path.is_symlink():
            raise UnknownSpec(f"{place} is a link to {path.readlink()}, and there is no such file; mend the link")
        near = [str(one) for one in sorted(path.parent.glob("*.py"))] if path.parent.is_dir() else []
        where = "" if path.parent.is_dir() else f", and no folder {path.parent}"
        raise UnknownSpec(f"there is no file {place}{where}{did_you_mean(place, near, cutoff=0.7) or FILE_HINT}")
    if (wrong := _wrong_encoding(path)) is not None:
        raise SpecError([wrong])
    name = module_name(path)
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise UnknownSpec(f"{place} is no Python file: its name has to end in .py; rename it")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # its classes look their names up there
    try:
        with imports_from(path.resolve().parent):
            spec.loader.exec_module(module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever the author's file raises, SystemExit too, is the author's to read
        sys.modules.pop(name, None)
        raise SpecError([_import_failed(place, error, str(path.resolve()))]) from None
    refuse_twice(module)
    return module


def imported_module(name: str) -> ModuleType:
    """The module of a name. Raises UnknownSpec where there is none, SpecError where it cannot be imported."""
    if not all(part.isidentifier() for part in name.split(".")):
        raise UnknownSpec(f"{name!r} is no name of a module; a spec of yours is file.py::Class or module:Class")
    if is_standard(name) and Path(f"{name}.py").is_file():
        raise UnknownSpec(f"{name} is a module of the standard library; for the file write {name}.py::Class")
    try:
        with imports_from(Path.cwd()):
            module = importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            hint = f"; {name} of the library is written {name}::Class" if name in library() else ""
            there_is = "a spec in a module is module:Class, and in a file file.py::Class"
            parent, _, last = name.rpartition(".")
            hint = f"; did you mean {parent}:{last}?" if parent and last[0].isupper() else hint
            raise UnknownSpec(f"there is no module {name}; {there_is}{hint}") from None
        raise SpecError([_import_failed(name, error, _file_of(name, error))]) from None
    except BaseException as error:  # noqa: BLE001 - whatever the author's module raises is the author's to read
        raise SpecError([_import_failed(name, error, _file_of(name, error))]) from None
    refuse_twice(module)
    return module


def _file_of(module: str, error: BaseException) -> str | None:
    """The file of a module whose import failed, where that is on the way to the error."""
    frames = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    return next(
        (
            str(one)
            for one in frames
            if one.parts[-2:] != ("importlib", "__init__.py")
            and (one.stem == module.rpartition(".")[2] or one.parent.name == module.rpartition(".")[2])
        ),
        None,
    )


def _import_failed(place: str, error: BaseException, file: str | None) -> Diagnostic:
    reason, help_ = _reason(error, file)
    span = None
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        column = (error.offset or 1) - 1
        span = Span(error.filename, error.lineno, column, error.lineno, max(column + 1, (error.end_offset or 1) - 1))
    else:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
        if frames and frames[-1].lineno is not None:
            span = _place_in(str(file), frames[-1].lineno, frames[-1])
    return Diagnostic("S002", f"{place} cannot be imported: {reason}", span, "raised here", help_)


def _reason(error: BaseException, file: str | None) -> tuple[str, str]:
    """Why a file cannot be imported, and what to do."""
    match error:
        case SyntaxError(lineno=None) if "null bytes" in str(error.msg):
            return "it is no text: it contains null bytes", "save it as a text in UTF-8"
        case SyntaxError():
            return f"SyntaxError: {error.msg}", import_errors.help_for_syntax(error)
        case ModuleNotFoundError(name=str() as name):
            return f"there is no module {name}", import_errors.help_for_module(name)
        case ImportError(name=str() as name):
            wanted = str(error).split("'")[1] if "'" in str(error) else ""
            help_ = import_errors.help_for_import(name, wanted, file)
            return f"{name} has no {wanted}" if wanted else str(error), help_
        case NameError(name=str() as name):
            return f"NameError: {error}", import_errors.help_for_name(name, error.__traceback__)
        case AttributeError(name=str(), obj=obj) if obj is not None:
            return import_errors.missing_attribute(error)
        case TypeError():
            return f"TypeError: {error}", import_errors.help_for_type_error(error)
        case ValueError() if "; write " in str(error):
            what, _, edit = str(error).partition("; ")
            return what, edit
        case NoUniverse():
            what, _, rest = str(error).partition(". ")
            return what, rest[:1].lower() + rest[1:]
        case SystemExit():
            return (
                f"SystemExit: {error}",
                'let nothing exit while the file is read; put it under `if __name__ == "__main__":`',
            )
        case _:
            return f"{type(error).__name__}: {error}", "mend the file"


def _wrong_encoding(path: Path) -> Diagnostic | None:
    """What is wrong with a file that is no text in the encoding that it names, which is UTF-8 where it names none."""
    data = path.read_bytes()
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
    except SyntaxError as error:
        encoding, unknown = "utf-8", str(error.msg)
    else:
        unknown = ""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = f"byte 0x{data[error.start]:02x} in line {line}"
    else:
        if not unknown:
            return None
        byte = unknown
    help_ = "save it as UTF-8, or name its encoding in the first line, as in `# coding: latin-1`"
    return Diagnostic(
        "S002", f"{path} cannot be imported: it is no text in {encoding.upper()}: {byte}", None, "", help_
    )


def _place_in(file: str, line: int, frame: traceback.FrameSummary) -> Span:
    text = linecache.getline(file, line).rstrip()
    indent = len(text) - len(text.lstrip())
    column, end = getattr(frame, "colno", None), getattr(frame, "end_colno", None)
    if column is None or end is None or getattr(frame, "end_lineno", line) != line or not text.isascii():
        column, end = indent, len(text)
    return Span(file, line, column, line, end)

"""Where results go: the files of `-o` and `--figure`, judged before the search begins and written after it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from indoubt.counterexamples.replay import ObservedTrace
from indoubt.finding.specs import UsageError
from indoubt.runs.result import PropertyResult, Result
from indoubt.specs.language.frozen import dataclass

FORMATS = ("json", "text", "graphml", "dot")
FIGURES = (".png", ".svg")


@dataclass(frozen=True)
class Destination:
    """A file to write; `format` is one of FORMATS, or `figure`."""

    format: str
    path: Path


def destinations(
    outputs: Iterable[str], figure: str | None, log: str | None = None, spec: str = ""
) -> list[Destination]:
    """The files of `-o FORMAT=PATH` and `--figure PATH`; raises UsageError where one cannot be written.

    None is the `log`, or the file that the `spec` is in.
    """
    files: list[Destination] = []
    for output in outputs:
        format_, separator, path = output.partition("=")
        if not separator or not path or format_ not in FORMATS:
            example = f"for example -o json={path or 'run.json'}"
            raise UsageError(
                f"-o {output} is not possible; write FORMAT=PATH, where FORMAT is {', '.join(FORMATS)}; {example}"
            )
        if path == "-":
            hint = "; to print it, write --format json" if format_ == "json" else ""
            raise UsageError(f"-o {output} is not possible: it writes a file, so name one{hint}")
        files.append(Destination(format_, Path(path).expanduser()))
    if figure is not None:
        drawn = Path(figure).expanduser()
        if drawn.suffix.lower() not in FIGURES:
            example = f"for example --figure {drawn.with_suffix('.png') if drawn.name else 'run.png'}"
            raise UsageError(
                f"--figure {figure or 'without a name'} is not possible; "
                f"the name of a figure ends in {' or '.join(FIGURES)}; {example}"
            )
        files.append(Destination("figure", drawn))
    seen: set[Path] = set()
    source, _, _ = spec.partition("::")
    if log is not None and log != os.devnull:
        _refuse_source(Path(log), source)
        seen.add(Path(log).resolve())
    for file in files:
        _refuse_source(file.path, source)
        _writable(file.path)
        if (place := file.path.resolve()) in seen:
            raise UsageError(f"{file.path} is to be written twice; give each file a name of its own")
        seen.add(place)
    return files


def _refuse_source(path: Path, source: str) -> None:
    if source.endswith(".py") and path.resolve() == Path(source).resolve():
        raise UsageError(f"{path} is the spec that is checked; write to a file of another name")


def _writable(path: Path) -> None:
    folder = path.parent
    if path.is_dir():
        raise UsageError(f"{path} cannot be written: it is a folder; name a file in it, for example {path / 'run'}")
    if not folder.exists():
        raise UsageError(f"{path} cannot be written: there is no folder {folder}; make it, with mkdir -p {folder}")
    if not folder.is_dir():
        raise UsageError(f"{path} cannot be written: {folder} is no folder; name a file in a folder that there is")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise UsageError(
            f"{path} cannot be written: you may not write {'it' if path.exists() else f'in {folder}'}; "
            "name a file that you may write"
        )


@dataclass(frozen=True)
class Contents:
    """What may be written of a result: all of it as text and as JSON, and the trace of one property."""

    text: str
    json: str
    properties: Sequence[PropertyResult]
    subject: PropertyResult | None

    @property
    def observed(self) -> ObservedTrace | None:
        """The trace of the subject, if there is one."""
        return self.subject.observed if self.subject else None


def write(result: Result, subject: PropertyResult | None, files: Iterable[Destination]) -> None:
    """Write the files of a check. Raises UsageError where one cannot be."""
    if chosen := list(files):
        from indoubt.reports import report  # noqa: PLC0415 - few runs write files

        contents = Contents(report.to_text(result), report.to_json(result), result.properties, subject)
        write_files(contents, chosen)


def write_files(contents: Contents, files: Iterable[Destination]) -> None:
    """Write the files, and say on standard error what was not written. Raises UsageError where one cannot be."""
    observed = contents.observed
    for file in files:
        if file.format == "json":
            _written(file.path, partial(_write_text, file.path, contents.json))
        elif observed is None:
            was_not = "was not drawn" if file.format == "figure" else "was not written"
            hint = _hint(contents.properties, file.format)
            _say(f"{file.path} {was_not}: there is no counterexample{hint}")
        elif file.format == "figure":
            _written(file.path, partial(_draw, observed, file.path))
            _say(f"drawn into {file.path}")
        else:
            _written(file.path, partial(_write_text, file.path, _text(contents.text, observed, file.format)))


def _hint(properties: Iterable[PropertyResult], format_: str) -> str:
    reached = " or ".join(f"-k {one.name}" for one in properties if one.trace)
    verb = "draw" if format_ == "figure" else "write"
    return f"; to {verb} a way to what is reachable, add {reached}" if reached else ""


def _text(text: str, observed: ObservedTrace, format_: str) -> str:
    from indoubt.counterexamples import export, text as trace_text  # noqa: PLC0415 - few runs write files

    match format_:
        case "graphml":
            return export.to_graphml(observed)
        case "dot":
            return export.to_dot(observed)
        case _:
            return f"{text}\n\n{trace_text.to_text(observed)}"


def _write_text(path: Path, text: str) -> None:
    path.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")


def _draw(observed: ObservedTrace, path: Path) -> None:
    from indoubt.counterexamples import figure as drawing  # noqa: PLC0415 - matplotlib takes half a second to load

    drawing.save(observed, path)


def _written(path: Path, work: Callable[[], None]) -> None:
    try:
        work()
    except OSError as error:
        what = f"{path} could not be written: {error.strerror or error}"
        raise UsageError(f"{what}; the verdict above stands") from None


def _say(text: str) -> None:
    print(text, file=sys.stderr)

"""What the author of a spec is told: one `Diagnostic` for each mistake, in rustc's layout, with the author's own lines.

A code names the kind of mistake: S0xx files and classes, S1xx names, S2xx statements, S3xx expressions and types, S5xx
systems of nodes.
"""

from __future__ import annotations

import linecache
import os
from collections.abc import Iterable
from dataclasses import field

from indoubt.explorer.ir.expressions import Span
from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A mistake: a title that stands alone, a label that points, and the edit that mends it.

    `other` and `other_label` mark the second half of a conflict. `span` is None where there is no source to show.
    """

    code: str
    title: str
    span: Span | None
    label: str = ""
    help: str = ""
    other: Span | None = field(default=None)
    other_label: str = ""

    def __str__(self) -> str:
        lines = [f"error[{self.code}]: {self.title}"]
        if self.span is not None:
            spans = [self.span.line] if self.other is None else [self.span.line, self.other.line]
            gutter = " " * (len(str(max(spans))) + 1)
            lines += [
                f"{gutter[:-1]}--> {short(self.span.file)}:{self.span.line}:{self.span.column + 1}",
                f"{gutter}|",
            ]
            lines += _excerpt(self.span, "^", self.label, gutter)
            if self.other is not None:
                lines += [f"{gutter}|", *_excerpt(self.other, "-", self.other_label, gutter)]
        else:
            gutter = " "
        if self.help:
            lines += [f"{gutter}|", f"{gutter}= help: {self.help}"] if self.span else [f"{gutter}= help: {self.help}"]
        return "\n".join(lines)


class SpecError(Exception):
    """The mistakes that the frontend found in a spec, in the order of the file."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n\n".join(map(str, self.diagnostics)))


class Mistake(Exception):
    """Carries one diagnostic from where it was found to the statement that collects it; never leaves the frontend."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.title)
        self.diagnostic = diagnostic
        self.is_told = False
        """Whether the context has it already, on its way through the statements of a function with a result."""


def _excerpt(span: Span, mark: str, label: str, gutter: str) -> list[str]:
    line = linecache.getline(span.file, span.line).rstrip("\n")
    end = span.end_column if span.end_line == span.line else len(line)
    underline = " " * span.column + mark * max(1, end - span.column)
    return [f"{span.line:>{len(gutter) - 1}} | {line}", f"{gutter}| {underline} {label}".rstrip()]


def short(file: str) -> str:
    """The name of a file as the user sees it from the current folder."""
    relative = os.path.relpath(file)
    return file if relative.startswith("..") else relative

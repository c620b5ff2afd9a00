"""A result on standard output: with colours on a terminal, as plain text into a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from indoubt.counterexamples.replay import ObservedTrace
from indoubt.reports.report import Line
from indoubt.runs.result import PropertyResult


def print_result(lines: Iterable[Line], subject: PropertyResult | None, kind: str) -> None:
    """Print lines, and below them the trace of a property, if it has one; `kind` says what the trace is."""
    observed = None if subject is None else subject.observed
    title = "" if subject is None or observed is None else _title(kind, subject, observed)
    if not sys.stdout.isatty():
        print("\n".join("".join(text for text, _ in line).rstrip() for line in lines))
        if observed is not None:
            from indoubt.counterexamples.text import to_text  # noqa: PLC0415 - most specs that are checked hold

            print(f"\n{title}\n\n{to_text(observed)}")
        return
    from rich.console import Console  # noqa: PLC0415 - plain text does without
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text.assemble(*((text, style) for text, style in line)))
    if observed is not None:
        from indoubt.counterexamples.text import to_rich  # noqa: PLC0415 - as above

        console.print(Text(f"\n{title}\n", "bold"))
        console.print(to_rich(observed))


def print_lines(lines: Iterable[Line]) -> None:
    """Print lines alone."""
    print_result(lines, None, "")


def _title(kind: str, subject: PropertyResult, observed: ObservedTrace) -> str:
    states, steps = len(observed.trace), len(observed.trace.steps)
    return f"{kind} {subject.name}: {states} state{'s' * (states != 1)}, {steps} step{'s' * (steps != 1)}"

"""The pages about mistakes: one for each code, with a wrong program and a right one, which tests run."""

from __future__ import annotations

import difflib
import re

from indoubt.explorer.frontend.codes import TITLES, page_of
from indoubt.finding.specs import UsageError
from indoubt.specs.language.frozen import dataclass

PROGRAM = re.compile(r"^## (Wrong|Right)(?: \(`([^`]*)`\))?\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FAMILIES = {
    "S0": "files and classes",
    "S1": "names",
    "S2": "statements",
    "S3": "expressions and types",
    "S4": "a spec that fails while it runs",
    "S5": "systems of nodes",
    "S7": "theorems",
    "S8": "proofs of specs",
}


@dataclass(frozen=True)
class Program:
    """A program of a page, with the settings to check it with."""

    text: str
    settings: tuple[str, ...]


def programs_of(code: str) -> tuple[Program, Program]:
    """The wrong and the right program of a page."""
    found = {kind: Program(text, tuple(settings.split())) for kind, settings, text in PROGRAM.findall(page_of(code))}
    return found["Wrong"], found["Right"]


def explained(code: str) -> str:
    """The page of a code as plain text. Raises UsageError for a code that there is not."""
    known = code.upper()
    if known not in TITLES:
        close = difflib.get_close_matches(known, TITLES, n=3, cutoff=0.6)
        hint = f"; close to it: {', '.join(close)}" if close else ""
        raise UsageError(f"no code {code!r}{hint}; `indoubt explain` lists all {len(TITLES)}")
    lines: list[str] = []
    is_program = False
    for line in page_of(known).splitlines():
        if line.startswith("```"):
            is_program = not is_program
        elif is_program:
            lines.append(f"    {line}".rstrip())
        else:
            lines.append(line.lstrip("# ").replace("`", "") if line.startswith("#") else line)
    return "\n".join(lines)


def listed() -> str:
    """All codes with their titles."""
    lines: list[str] = []
    for family, what in FAMILIES.items():
        codes = [f"  {code}  {title}" for code, title in TITLES.items() if code.startswith(family)]
        lines += [f"{family}xx  {what}", *codes, ""]
    return "\n".join(lines[:-1])

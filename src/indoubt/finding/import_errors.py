"""What to write instead, where Python itself refuses a file: syntax of other languages, misspelt and missing names."""

from __future__ import annotations

import builtins
import difflib
import linecache
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from indoubt.finding.own_modules import is_standard
from indoubt.specs import language

WRITTEN = (
    (r"&&|/\\", "write `and`"),
    (r"\|\||\\/", "write `or`"),
    (r"\+\+|--", "write `x += 1`, or `x -= 1`"),
    (r"![^=]", "write `not x`"),
    (r"=>|->\s*\w+\s*$", "write `not a or b` where `a` implies `b`"),
    (r"<>|/=(?!=)", "write `a != b`"),
    (r"\w'", "a step changes the variable itself, as in `self.x = ...`: there are no primes"),
    (r":=", "write `=` for an assignment"),
    (r"\belse if\b", "write `elif`"),
    (r"^\s*(require|assert_|invariant)\s+[^(=]", "write it as a call: `require(...)`"),
)
"""Operators of other languages, as patterns of a line, and what Python writes."""

SAID = (
    ("expected ':'", "end the line with `:`"),
    ("'=='", "write `==` for a comparison"),
    ('"=="', "write `==` for a comparison"),
    ("expected 'else'", "write `a if c else b`, with a value for both cases"),
    ("inconsistent use of tabs", "indent with spaces alone"),
    ("expected an indented block", "indent this line, or write `pass`"),
    ("unexpected indent", "indent it like the lines around it"),
    ("unindent does not match", "indent it like the lines around it"),
    ("outside async function", "delete it: a step is atomic, and nothing waits"),
    ("was never closed", "close it"),
    ("unmatched", "delete it, or open it before"),
    ("is parameter and", "what changes is state: declare a variable in the spec class"),
    ("no binding for nonlocal", "what changes is state: declare a variable in the spec class"),
)
"""Parts of Python's own words, and what to do."""


def help_for_syntax(error: SyntaxError) -> str:
    """The edit that mends a line which is no Python."""
    line = error.text or linecache.getline(error.filename or "", error.lineno or 0)
    said = next((edit for words, edit in SAID if words in str(error.msg)), "")
    return said or next((edit for form, edit in WRITTEN if re.search(form, line)), "mend this line")


def help_for_name(name: str, traceback: TracebackType | None) -> str:
    """Where a name comes from that a file uses while it is read, and does not know."""
    if name in language.__all__:
        return f"write `from indoubt.specs.language import {name}` above"
    file, names = _place(traceback)
    source = "".join(linecache.getlines(file))
    if re.search(rf"^class {re.escape(name)}\b", source, re.MULTILINE):
        return f"declare {name} above, or begin the file with `from __future__ import annotations` for an annotation"
    close = _close(name, [*names, *language.__all__, *dir(builtins)])
    return f"did you mean `{close}`?" if close else f"define or import {name} above"


def missing_attribute(error: AttributeError) -> tuple[str, str]:
    """What is missing of which object, and what there is."""
    owner = getattr(error.obj, "__name__", type(error.obj).__name__)
    known = [name for name in dir(error.obj) if not name.startswith("_")]
    close = _close(str(error.name), known)
    there_is = f"it has: {', '.join(known[:10])}" if known else "mend the name"
    return f"`{owner}` has no `{error.name}`", f"did you mean `{close}`?" if close else there_is


def help_for_import(module: str, wanted: str, file: str | None) -> str:
    """What to write for a name that a module does not have; `file` imports it."""
    if is_standard(module) and file is not None and Path(file).with_name(f"{module}.py").is_file():
        return f"{module} is a module of the standard library: rename {module}.py, and what is imported here"
    if wanted in language.__all__:
        return f"write `from indoubt.specs.language import {wanted}`"
    close = _close(wanted, dir(sys.modules.get(module)))
    return f"did you mean `{close}`?" if close else "mend the name"


def help_for_module(name: str) -> str:
    """What to write for a module that there is not."""
    known = ["indoubt.specs.language", *(one for one in sys.modules if one.startswith("indoubt."))]
    close = _close(name, known) or ("indoubt.specs.language" if name.startswith("indoubt") else "")
    return f"did you mean `{close}`?" if close else "install it, or mend its name"


def help_for_type_error(error: TypeError) -> str:
    """What to write where something of the language is called as it cannot be."""
    said = str(error)
    decorator = re.match(r"(\w+)\(\) missing 1 required positional argument: 'method'", said)
    if decorator:
        return f"write `@{decorator[1]}` without parentheses"
    if said.startswith("action() got an unexpected keyword"):
        return "write `@action`, or `@action(fault=..., by=...)`: the name of a step is that of the method"
    if said.startswith("Map.__init__()"):
        return "write `every(v)` for one value of all keys, or `Map({k: ... for k in K})`"
    edit = re.search(r"as in (`[^`]*`)|(declare `[^`]*`)", said)
    if edit:
        return f"write {edit[1]}" if edit[1] else edit[2]
    if "stands above a method" in said:
        return "leave the parentheses out; what the property says stands in its docstring"
    if "follows default argument" in said:
        return "declare the fields without a value above those with one"
    return "mend the file"


def _place(traceback: TracebackType | None) -> tuple[str, dict[str, Any]]:
    """The file in which an error was raised, and the names that it knew by then."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    frame = None if traceback is None else traceback.tb_frame
    return ("", {}) if frame is None else (frame.f_code.co_filename, {**frame.f_globals, **frame.f_locals})


def _close(name: str, known: Iterable[str]) -> str:
    by_lower = {one.lower(): one for one in reversed([one for one in known if not one.startswith("_")])}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return by_lower[close[0]] if close else ""

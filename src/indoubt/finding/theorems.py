"""Finding theorems by the names that users give: of the table, of a row of it, or of a file of theirs.

`majority`, `Q9`, `Q9::single-server`, `all`, `mine.py`, `mine.py::two_in_common`, `package.mine:two_in_common`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from indoubt.finding.specs import (
    UnknownSpec,
    UsageError,
    did_you_mean,
    find_spec,
    imported_file,
    imported_module,
    library,
    specs_in,
)
from indoubt.invariants.quorums.stated import Theorem
from indoubt.invariants.quorums.theorems import THEOREMS, Provable, of_row

ALL = "all"
ROW = re.compile(r"q[0-9]+[a-z]?", re.IGNORECASE)


def theorems_named(name: str) -> Sequence[Provable] | None:
    """The theorems that a name stands for, at least one; None where it is the name of no theorem.

    Raises UsageError for what can be nothing but the name of a theorem, and is none.
    """
    if name.lower() == ALL:
        return THEOREMS
    place, separator, chosen = name.partition("::")
    if ROW.fullmatch(place):
        return _in_row(place, chosen, is_chosen=bool(separator))
    if shipped := _called(name):
        return shipped
    if place.endswith(".py") and Path(place).expanduser().is_file():
        return _in_module(imported_file(place), place, chosen, "::")
    if not separator and ":" in name and "=" not in name:
        place, _, chosen = name.partition(":")
        try:
            module = imported_module(place)
        except UnknownSpec:
            return None  # told by whoever looks for a spec
        return _in_module(module, place, chosen, ":")
    return None


def other_meaning(name: str) -> str | None:
    """What a name of theorems means besides them, and how that is asked for; None where it means nothing else."""
    wanted = name.lower().replace("-", "_")
    if wanted in library() and _called(name):
        return f"{name} is a theorem, and a spec of the library: for that write {wanted}::{find_spec(wanted).__name__}"
    if name.endswith(".py") and Path(name).expanduser().is_file():
        specs = [f"{name}::{one}" for one in specs_in(imported_file(name))]
        if specs:
            return f"{name} has theorems, which are meant, and specs: for these write {', '.join(specs)}"
    return None


def nearest(name: str) -> str:
    """The end of a message about a name that is no theorem's: the one that was meant, if it is close."""
    return did_you_mean(name.replace("_", "-"), [one.name for one in THEOREMS])


def theorems_in(module: ModuleType) -> dict[str, Theorem]:
    """The theorems that a module states itself, by the names of their functions."""
    found = [value for value in vars(module).values() if isinstance(value, Theorem)]
    own = [one for one in found if one.function.__module__ == module.__name__]
    return {one.function.__name__: one for one in own}


def _called(name: str) -> tuple[Provable, ...]:
    wanted = name.lower().replace("_", "-")
    return tuple(one for one in THEOREMS if one.name == wanted)


def _in_row(row: str, chosen: str, *, is_chosen: bool) -> tuple[Provable, ...]:
    found = of_row(row)
    if not found:
        rows = list(dict.fromkeys(one.row for one in THEOREMS))
        raise UsageError(f"no row {row!r}; the table has {', '.join(rows)}{did_you_mean(row, rows, cutoff=0.7)}")
    if not is_chosen:
        return found
    wanted = chosen.lower().replace("_", "-")
    names = [f"{row}::{one.name}" for one in found]
    if one := next((one for one in found if one.name == wanted), None):
        return (one,)
    if elsewhere := _called(chosen):
        raise UsageError(f"{wanted} is not in row {row}; write {elsewhere[0].row}::{wanted}, or {wanted} alone")
    raise UsageError(f"no theorem {chosen!r} in row {row}; it has {', '.join(names)}{did_you_mean(wanted, names)}")


def _in_module(module: ModuleType, place: str, chosen: str, separator: str) -> tuple[Theorem, ...] | None:
    theorems = theorems_in(module)
    if not theorems:
        return None
    if not chosen:
        return tuple(theorems.values())
    wanted = chosen.replace("-", "_")
    found = getattr(module, wanted, None)
    if isinstance(found, Theorem):
        return (found,)
    if isinstance(getattr(module, chosen, None), type):
        return None  # the class of a spec
    known = [f"{place}{separator}{one}" for one in (*theorems, *specs_in(module))]
    hint = did_you_mean(wanted, [*theorems, *specs_in(module)], f"{place}{separator}")
    raise UsageError(f"no theorem {chosen!r} in {place}; it has {', '.join(known)}{hint}")

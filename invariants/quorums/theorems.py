"""The theorems by name and by their place in the table."""

from __future__ import annotations

import difflib

from indoubt.invariants.quorums.catalogue import configurations, faults, majorities
from indoubt.invariants.quorums.catalogue.structures import STRUCTURES, Structure
from indoubt.invariants.quorums.stated import Theorem

Provable = Theorem | Structure


def _place(theorem: Provable) -> tuple[int, str]:
    number = theorem.row.removeprefix("Q")
    digits = number.rstrip("abcdefg")
    return int(digits), number[len(digits) :]


THEOREMS: tuple[Provable, ...] = tuple(
    sorted((*majorities.THEOREMS, *STRUCTURES, *configurations.THEOREMS, *faults.THEOREMS), key=_place)
)
"""All of them, in the order of the table, each before its broken variants."""


class UnknownTheorem(ValueError):
    """No theorem has the name that was asked for; says which there are."""


def find(name: str) -> Provable:
    """The theorem called `name`.

    Raises `UnknownTheorem` with the known names, and the closest one, if there is none.
    """
    known = {theorem.name: theorem for theorem in THEOREMS}
    wanted = name.lower().replace("_", "-")
    if wanted in known:
        return known[wanted]
    close = difflib.get_close_matches(wanted, known, n=1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    raise UnknownTheorem(f"unknown theorem '{name}'; there are: {', '.join(known)}{hint}")


def of_row(row: str) -> tuple[Provable, ...]:
    """The theorems in a row of the table with their broken variants: `Q9` has those of `Q9a` as well."""
    wanted = row.upper()
    return tuple(one for one in THEOREMS if one.row.upper() == wanted or one.row.rstrip("abcdefg") == row.upper())

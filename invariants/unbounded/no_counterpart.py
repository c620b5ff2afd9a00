"""What first-order logic does not have, in the words of a spec, with what to write instead."""

from __future__ import annotations

from indoubt.explorer.ir.expressions import Expr, Fold, Range, Subsets
from indoubt.explorer.ir.sequences import BagChange, Occurrences
from indoubt.invariants.unbounded.values import NotUnbounded

INSTEAD_OF_FOLD = {
    "sum": "compare how many there are, as in `len({... for ...}) <= 1`, or decide it at some sizes, `--induction 3`",
    "min": "say that nothing is lower: `all(not x < m for x in s)`",
    "max": "say that nothing is higher: `all(not m < x for x in s)`",
}


def no_counterpart(expr: Expr) -> NotUnbounded:
    """The refusal of what first-order logic does not have, in the words of a spec."""
    match expr:
        case Fold(kind):
            what, instead = f"`{kind}` of a collection", INSTEAD_OF_FOLD[kind]
        case Range():
            what, instead = "`range`", "write each case, or speak of members of a sort"
        case Subsets():
            what, instead = "a set of all subsets", "choose a set with a parameter, member by member"
        case Occurrences() | BagChange():
            what, instead = "a bag", "make it a set, if no element comes twice"
        case _:
            what, instead = "a sequence", "make it a map from an `Ordered`, or a set"
    return NotUnbounded(f"{what} has no counterpart in first-order logic", instead)

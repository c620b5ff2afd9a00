"""Names for quantified formulas that a query has more than once, as the same helper in a guard and in an invariant.

`all(... for a in q)` of which both the guard and an assumption speak becomes a relation of what it depends on. Without
its definition a query is weaker, so what is impossible stays proved, and a solver leaves alone what does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from indoubt.invariants.unbounded.logic import (
    Formula,
    Holds,
    Joined,
    Negation,
    Quantified,
    Same,
    Term,
    both,
    either,
    every,
    negation,
    pushed,
    some,
)

Key = tuple[Any, ...]


def named(formulas: Sequence[Formula]) -> list[Formula] | None:
    """A weaker set of formulas, with names for the smallest ones that occur more than once; None where none does."""
    pushed_in = [pushed(one, is_true=True) for one in formulas]
    counts: Counter[Key] = Counter()
    outer: set[Key] = set()
    for one in pushed_in:
        _count(one, counts)
    repeated = {key for key, count in counts.items() if count > 1}
    for one in pushed_in:
        _note_outer(one, repeated, outer)
    numbers = {key: number for number, key in enumerate(key for key in counts if key in repeated - outer)}
    return [_replaced(one, numbers) for one in pushed_in] if numbers else None


def _note_outer(formula: Formula, repeated: set[Key], outer: set[Key]) -> bool:
    """Note the repeated formulas that have repeated ones inside; whether there is one in this formula."""
    match formula:
        case Joined(_, operands):
            return any([_note_outer(one, repeated, outer) for one in operands])  # noqa: C419 - all of them are looked at
        case Quantified(_, _, body):
            inside, key = _note_outer(body, repeated, outer), _signed(formula)[0]
            if inside:
                outer.add(key)
            return inside or key in repeated
        case _:
            return False


def _count(formula: Formula, counts: Counter[Key]) -> None:
    match formula:
        case Joined(_, operands):
            for one in operands:
                _count(one, counts)
        case Quantified(_, _, body):
            counts[_signed(formula)[0]] += 1
            _count(body, counts)
        case _:
            return


def _replaced(formula: Formula, numbers: dict[Key, int]) -> Formula:
    match formula:
        case Joined(is_all, operands):
            inner = [_replaced(one, numbers) for one in operands]
            return both(*inner) if is_all else either(*inner)
        case Quantified(is_all, variables, body):
            key, terms, sign = _signed(formula)
            if key in numbers:
                atom = Holds(f"named {numbers[key]}", terms)
                return atom if sign else negation(atom)
            inside = _replaced(body, numbers)
            return every(variables, inside) if is_all else some(variables, inside)
        case _:
            return formula


def _signed(formula: Quantified) -> tuple[Key, tuple[Term, ...], bool]:
    """One key for a formula and its negation, what it depends on, and which of the two it is."""
    own, terms = _key(formula)
    other, other_terms = _key(pushed(formula, is_true=False))
    return (own, terms, True) if formula.is_all else (other, other_terms, False)


def _key(formula: Formula) -> tuple[Key, tuple[Term, ...]]:
    """A formula without the names of its variables, and the free variables and constants in it."""
    terms: dict[Term, int] = {}
    return _shape(formula, {}, terms), tuple(terms)


def _shape(formula: Formula, bound: dict[Term, int], terms: dict[Term, int]) -> Key:
    match formula:
        case bool():
            return (formula,)
        case Holds(name, arguments):
            return ("holds", name, *(_term(one, bound, terms) for one in arguments))
        case Same(left, right):
            return ("same", _term(left, bound, terms), _term(right, bound, terms))
        case Negation(operand):
            return ("not", _shape(operand, bound, terms))
        case Joined(is_all, operands):
            return ("joined", is_all, *(_shape(one, bound, terms) for one in operands))
        case Quantified(is_all, variables, body):
            inner = {**bound, **{variable: len(bound) + place for place, variable in enumerate(variables)}}
            return ("for", is_all, tuple(one.sort for one in variables), _shape(body, inner, terms))


def _term(term: Term, bound: dict[Term, int], terms: dict[Term, int]) -> Key:
    if term in bound:
        return ("bound", bound[term])
    if not term.arguments:
        return ("free", terms.setdefault(term, len(terms)), term.sort)
    return ("of", term.name, *(_term(one, bound, terms) for one in term.arguments))

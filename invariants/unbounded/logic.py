"""First-order logic with sorts: terms, formulas, simplification, and which alternations of quantifiers they have.

Truth values are Python's. The functions that build formulas fold constants away, and are the only ones that build them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import TypeAlias

from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A variable, or a function of some terms: a constant, where there are none."""

    name: str
    sort: str
    arguments: tuple[Term, ...] = ()
    is_variable: bool = False


@dataclass(frozen=True, slots=True)
class Holds:
    """A relation of some terms; a proposition, where there are none."""

    name: str
    arguments: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Same:
    """Equality of two terms of one sort."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Negation:
    """Not."""

    operand: Formula


@dataclass(frozen=True, slots=True)
class Joined:
    """And, or or."""

    is_all: bool
    operands: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Quantified:
    """For all, or there is."""

    is_all: bool
    variables: tuple[Term, ...]
    body: Formula


Formula: TypeAlias = "bool | Holds | Same | Negation | Joined | Quantified"

_numbers = count()


def fresh(sort: str) -> Term:
    """A variable that occurs nowhere else."""
    return Term(f"x{next(_numbers)}", sort, is_variable=True)


def negation(formula: Formula) -> Formula:
    """Not `formula`."""
    if isinstance(formula, bool):
        return not formula
    return formula.operand if isinstance(formula, Negation) else Negation(formula)


def _joined(formulas: Iterable[Formula], *, is_all: bool) -> Formula:
    found: dict[Formula, None] = {}
    for formula in formulas:
        if isinstance(formula, bool):
            if formula is not is_all:
                return formula
        elif isinstance(formula, Joined) and formula.is_all is is_all:
            found.update(dict.fromkeys(formula.operands))
        else:
            found[formula] = None
    if any(negation(one) in found for one in found):
        return not is_all
    if len(found) < 2:
        return next(iter(found), is_all)
    return Joined(is_all, tuple(found))


def both(*formulas: Formula) -> Formula:
    """All of `formulas`."""
    return _joined(formulas, is_all=True)


def either(*formulas: Formula) -> Formula:
    """Any of `formulas`."""
    return _joined(formulas, is_all=False)


def implies(given: Formula, formula: Formula) -> Formula:
    """`formula` where `given`."""
    return either(negation(given), formula)


def iff(a: Formula, b: Formula) -> Formula:
    """Both, or neither."""
    if isinstance(a, bool):
        return b if a else negation(b)
    if isinstance(b, bool):
        return a if b else negation(a)
    return both(implies(a, b), implies(b, a))


def same(left: Term, right: Term) -> Formula:
    """Whether two terms are equal."""
    return True if left == right else Same(left, right)


def quantified(variables: Sequence[Term], body: Formula, *, is_all: bool) -> Formula:
    """For all values of `variables`, or for some; every sort has a member.

    What says the same with fewer quantifiers is written instead: `there is x, x = t and P(x)` is `P(t)`, a quantifier
    goes into the alternatives that it speaks of, and stays away from what does not have its variables.
    """
    if isinstance(body, bool) or not variables:
        return body
    if isinstance(body, Joined) and body.is_all is is_all:
        return _joined((quantified(variables, one, is_all=is_all) for one in body.operands), is_all=is_all)
    if isinstance(body, Joined):
        for one in body.operands:
            found = _defined(one, variables, is_all=is_all)
            if found is not None:
                rest = [variable for variable in variables if variable != found[0]]
                return quantified(rest, substituted(body, {found[0]: found[1]}), is_all=is_all)
        apart = [one for one in body.operands if free(one).isdisjoint(variables)]
        if apart:
            inside = _joined((one for one in body.operands if one not in apart), is_all=not is_all)
            return _joined([*apart, quantified(variables, inside, is_all=is_all)], is_all=not is_all)
    found = _defined(body, variables, is_all=is_all)
    if found is not None:
        return not is_all  # for all x, x != t; there is x, x = t
    used = free(body)
    kept = tuple(variable for variable in variables if variable in used)
    if not kept:
        return body
    if isinstance(body, Quantified) and body.is_all is is_all:
        return Quantified(is_all, (*kept, *body.variables), body.body)
    return Quantified(is_all, kept, body)


def _defined(formula: Formula, variables: Sequence[Term], *, is_all: bool) -> tuple[Term, Term] | None:
    """A variable and the only term that matters for it: `x = t` below there is, `x != t` below for all."""
    equation = formula.operand if is_all and isinstance(formula, Negation) else formula
    if not isinstance(equation, Same) or is_all is not isinstance(formula, Negation):
        return None
    for variable, term in ((equation.left, equation.right), (equation.right, equation.left)):
        if variable in variables and variable not in set(_variables_in(term)):
            return variable, term
    return None


_free: dict[Formula, frozenset[Term]] = {}


def free(formula: Formula) -> frozenset[Term]:
    """The variables of a formula that no quantifier in it binds."""
    if isinstance(formula, bool):
        return frozenset()
    found = _free.get(formula)
    if found is None:
        found = _free[formula] = frozenset(_free_in(formula))
    return found


def _free_in(formula: Formula) -> Iterator[Term]:
    match formula:
        case bool():
            return
        case Holds(_, arguments):
            for term in arguments:
                yield from _variables_in(term)
        case Same(left, right):
            yield from _variables_in(left)
            yield from _variables_in(right)
        case Negation(operand):
            yield from free(operand)
        case Joined(_, operands):
            for one in operands:
                yield from free(one)
        case Quantified(_, variables, body):
            yield from free(body).difference(variables)


def _variables_in(term: Term) -> Iterator[Term]:
    if term.is_variable:
        yield term
    for one in term.arguments:
        yield from _variables_in(one)


def substituted(formula: Formula, terms: Mapping[Term, Term]) -> Formula:
    """A formula with terms in the place of free variables; no variable has two quantifiers, so none is caught."""
    if isinstance(formula, bool) or free(formula).isdisjoint(terms):
        return formula
    match formula:
        case Holds(name, arguments):
            return Holds(name, tuple(_put(one, terms) for one in arguments))
        case Same(left, right):
            return same(_put(left, terms), _put(right, terms))
        case Negation(operand):
            return negation(substituted(operand, terms))
        case Joined(is_all, operands):
            return _joined((substituted(one, terms) for one in operands), is_all=is_all)
        case Quantified(is_all, variables, body):
            return quantified(variables, substituted(body, terms), is_all=is_all)


def _put(term: Term, terms: Mapping[Term, Term]) -> Term:
    if term in terms:
        return terms[term]
    if not term.arguments:
        return term
    return Term(term.name, term.sort, tuple(_put(one, terms) for one in term.arguments), term.is_variable)


def some(variables: Sequence[Term], body: Formula) -> Formula:
    """There are `variables`."""
    return quantified(variables, body, is_all=False)


def every(variables: Sequence[Term], body: Formula) -> Formula:
    """For all `variables`."""
    return quantified(variables, body, is_all=True)


def pushed(formula: Formula, *, is_true: bool) -> Formula:
    """A formula, or its negation, with negations in front of atoms only."""
    match formula:
        case bool():
            return formula is is_true
        case Holds() | Same():
            return formula if is_true else negation(formula)
        case Negation(operand):
            return pushed(operand, is_true=not is_true)
        case Joined(is_all, operands):
            inner = [pushed(one, is_true=is_true) for one in operands]
            return both(*inner) if is_all is is_true else either(*inner)
        case Quantified(is_all, variables, body):
            inside = pushed(body, is_true=is_true)
            return every(variables, inside) if is_all is is_true else some(variables, inside)


Edge: TypeAlias = "tuple[str, str]"
"""From a sort to one whose members it makes: by `for all x there is y`, or by a function of x."""


def alternations(formula: Formula) -> set[Edge]:
    """The edges of the sorts of a formula that is asked to be satisfied.

    Where they make no circle, only finitely many terms can be built and the question is decidable. Source: Ge, de
    Moura, "Complete Instantiation for Quantified Formulas in Satisfiability Modulo Theories" (CAV 2009); Padon,
    McMillan, Panda, Sagiv, Shoham, "Ivy: Safety Verification by Interactive Generalization" (PLDI 2016).
    """
    return set(_alternations(formula, positive=True, outer=()))


def _alternations(formula: Formula, *, positive: bool, outer: tuple[str, ...]) -> Iterator[Edge]:
    match formula:
        case bool():
            return
        case Holds(_, arguments):
            yield from (edge for term in arguments for edge in _in_term(term))
        case Same(left, right):
            yield from _in_term(left)
            yield from _in_term(right)
        case Negation(operand):
            yield from _alternations(operand, positive=not positive, outer=outer)
        case Joined(_, operands):
            for one in operands:
                yield from _alternations(one, positive=positive, outer=outer)
        case Quantified(is_all, variables, body):
            if is_all is positive:
                outer = (*outer, *(variable.sort for variable in variables))
            else:
                yield from ((sort, variable.sort) for sort in outer for variable in variables)
            yield from _alternations(body, positive=positive, outer=outer)


def _in_term(term: Term) -> Iterator[Edge]:
    for argument in term.arguments:
        yield argument.sort, term.sort
        yield from _in_term(argument)


def circle(edges: Iterable[Edge]) -> tuple[str, ...] | None:
    """A way along edges that comes back to where it began, as the sorts on it; None where there is none."""
    after: dict[str, list[str]] = {}
    for start, end in sorted(set(edges)):
        after.setdefault(start, []).append(end)

    def search(path: tuple[str, ...]) -> tuple[str, ...] | None:
        for end in after.get(path[-1], []):
            if end == path[0]:
                return (*path, end)
            if end not in path and (found := search((*path, end))):
                return found
        return None

    return next((found for start in after if (found := search((start,)))), None)


def symbols(formulas: Iterable[Formula]) -> tuple[dict[str, Term], dict[str, tuple[str, ...]]]:
    """The functions of some formulas, each as an example term, and the relations with the sorts of their arguments."""
    functions: dict[str, Term] = {}
    relations: dict[str, tuple[str, ...]] = {}
    seen: set[int] = set()

    def look_at_term(term: Term) -> None:
        if not term.is_variable:
            functions.setdefault(term.name, term)
        for argument in term.arguments:
            look_at_term(argument)

    def look(formula: Formula) -> None:
        if isinstance(formula, bool) or id(formula) in seen:
            return
        seen.add(id(formula))
        match formula:
            case Holds(name, arguments):
                relations[name] = tuple(argument.sort for argument in arguments)
                for argument in arguments:
                    look_at_term(argument)
            case Same(left, right):
                look_at_term(left)
                look_at_term(right)
            case Negation(operand):
                look(operand)
            case Joined(_, operands):
                for one in operands:
                    look(one)
            case Quantified(_, _, body):
                look(body)

    for formula in formulas:
        look(formula)
    return functions, relations

"""Functions as relations: what keeps a question decidable where a function leads back to a sort it came from.

A function f of members becomes a relation F with at most one value. Of constants it has one, which becomes a constant
itself; of anything else `P(f(t))` becomes `for all y, F(t, y) implies P(y)`, which asks for no new member. Every model
of the formulas is one of these too, so what is impossible here is impossible; what is possible here may not be.
Source: Padon, Losa, Sagiv, Shoham, "Paxos Made EPR" (OOPSLA 2017), which drops the same axiom by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

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
    fresh,
    negation,
    pushed,
    same,
    some,
    substituted,
    symbols,
)


def relational(formulas: Sequence[Formula]) -> list[list[Formula]]:
    """For each formula those that say as much of it as needs no function; at the end what is true of the relations."""
    writer = _Writer()
    written = [[writer.formula(writer.named(pushed(one, is_true=True)))] for one in formulas]
    functions, _ = symbols(formulas)
    applied = [term for term in functions.values() if term.arguments]
    return [*written, [*writer.facts, *(_at_most_one(term) for term in applied)]]


def _at_most_one(term: Term) -> Formula:
    keys = tuple(fresh(one.sort) for one in term.arguments)
    y, z = fresh(term.sort), fresh(term.sort)
    name = relation_name(term)
    return every(
        (*keys, y, z), either(negation(Holds(name, (*keys, y))), negation(Holds(name, (*keys, z))), same(y, z))
    )


def relation_name(term: Term) -> str:
    """The relation that stands for a function."""
    return f"{term.name} is"


class _Writer:
    def __init__(self) -> None:
        self.facts: list[Formula] = []
        self._values: dict[Term, Term] = {}
        self._count = 0

    def named(self, formula: Formula) -> Formula:
        """What there is without regard to anything gets a name: quantifiers below no `for all` become constants."""
        match formula:
            case Joined(is_all, operands):
                inner = [self.named(one) for one in operands]
                return both(*inner) if is_all else either(*inner)
            case Quantified(False, variables, body):
                names: dict[Term, Term] = {}
                for variable in variables:
                    self._count += 1
                    names[variable] = Term(f"some {variable.sort} {self._count}", variable.sort)
                return self.named(substituted(body, names))
            case _:
                return formula

    def formula(self, formula: Formula) -> Formula:
        """A formula in which negations stand before atoms only, without functions."""
        match formula:
            case bool():
                return formula
            case Joined(is_all, operands):
                inner = [self.formula(one) for one in operands]
                return both(*inner) if is_all else either(*inner)
            case Quantified(is_all, variables, body):
                inside = self.formula(body)
                return every(variables, inside) if is_all else some(variables, inside)
            case Holds() | Same() | Negation():
                return self._atom(formula)

    def _atom(self, atom: Holds | Same | Negation) -> Formula:
        bound: list[tuple[Term, Term]] = []
        formula = _with_terms(atom, lambda term: self._flat(term, bound))
        for value, variable in reversed(bound):
            has = Holds(relation_name(value), (*value.arguments, variable))
            formula = every((variable,), either(negation(has), formula))
        return formula

    def _flat(self, term: Term, bound: list[tuple[Term, Term]]) -> Term:
        """A variable or constant for a term; `bound` grows by the applications that variables stand for."""
        if not term.arguments:
            return term
        flat = Term(term.name, term.sort, tuple(self._flat(one, bound) for one in term.arguments))
        if not any(one.is_variable for one in flat.arguments):
            return self.value_of(flat)
        for known, variable in bound:
            if known == flat:
                return variable
        variable = fresh(term.sort)
        bound.append((flat, variable))
        return variable

    def value_of(self, term: Term) -> Term:
        """The constant for a function of constants."""
        known = self._values.get(term)
        if known is None:
            known = Term(f"{term.name}({', '.join(one.name for one in term.arguments)})", term.sort)
            self._values[term] = known
            self.facts.append(Holds(relation_name(term), (*term.arguments, known)))
        return known


def _with_terms(atom: Formula, change: Callable[[Term], Term]) -> Formula:
    match atom:
        case Holds(name, arguments):
            return Holds(name, tuple(change(one) for one in arguments))
        case Same(left, right):
            return same(change(left), change(right))
        case Negation(operand):
            return negation(_with_terms(operand, change))
        case _:
            return atom


def flattened(groups: Iterable[Iterable[Formula]]) -> list[Formula]:
    """All formulas of some groups."""
    return [one for group in groups for one in group]

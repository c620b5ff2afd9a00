"""How many elements a set has, compared with a constant: formulas that do not grow with all ways to choose them.

Elements of different forms are different, so each form is counted alone, and the counts are added: `at least n` of two
halves of the forms is `at least k` of the one and `at least n - k` of the other for some k, as in the totalizers of
Bailleux and Boufkhad, "Efficient CNF Encoding of Boolean Cardinality Constraints" (CP 2003). Of a form without members
of sorts there is one element. There are so many of a form with members if there are so many different members that are
in the set, which asks for no alternation of quantifiers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

from indoubt.invariants.unbounded.logic import Formula, Term, both, either, fresh, negation, some
from indoubt.invariants.unbounded.values import Collection, Datum, Generated, NotUnbounded, key_of, same_data
from indoubt.specs.language.frozen import dataclass

MOST_PARTS = 10_000
"""How long the formula for a comparison may get, in parts that each say that one element is in the set."""


@dataclass(frozen=True, slots=True)
class _Form:
    """The elements of a set that are of one form: how they are generated, each time with variables of their own."""

    collection: Collection
    copies: Sequence[Sequence[Generated]]
    is_single: bool
    """Whether there is but one element of this form: no members of sorts are in it."""

    def at_least(self, number: int) -> Formula:
        """Whether so many elements of this form are in the set, for a number above 0."""
        if self.is_single:
            return number == 1 and either(*(some(variables, guard) for variables, guard, _ in self.copies[0]))
        if len(self.copies[0]) == 1:
            chosen = [one for (one,) in self.copies[:number]]
            variables = [variable for names, _, _ in chosen for variable in names]
            return some(variables, both(*(guard for _, guard, _ in chosen), *_apart([datum for _, _, datum in chosen])))
        data = [_fresh_like(self.copies[0][0][2]) for _ in range(number)]
        variables = [term for datum in data for term in key_of(datum)[1]]
        return some(variables, both(*map(self.collection.has, data), *_apart(data)))


def has_at_least(collection: Collection, number: int) -> Formula:
    """Whether a set has so many elements. Raises NotUnbounded for a list, and where the formula would be too long."""
    if number <= 0:
        return True
    if number > MOST_PARTS:
        raise NotUnbounded(f"a number of elements is compared with {number:,}", "compare it with a smaller number")
    if number > 1 and collection.is_list:
        raise NotUnbounded(
            "the length of a list is compared with more than 0", "make it a set: `{... for ...}` has no repetitions"
        )
    first = _by_form(collection)
    single = {form: not key_of(found[0][2])[1] for form, found in first.items()}
    parts = _parts(tuple(single.values()), number)
    if parts > MOST_PARTS:
        raise NotUnbounded(
            f"a number of elements is compared with {number}, and there are {len(first)} forms of elements: to say "
            f"which of them there are takes {parts:,} parts, and {MOST_PARTS:,} are the most",
            "compare it with a smaller number, or decide it at some sizes, as with `--induction 3`",
        )
    needs_copies = any(not single[form] and len(found) == 1 for form, found in first.items())
    copies = [first, *(_by_form(collection) for _ in range(number - 1 if needs_copies else 0))]
    return _added([_Form(collection, [copy[form] for copy in copies], single[form]) for form in first], number)


def _by_form(collection: Collection) -> dict[str, list[Generated]]:
    found: dict[str, list[Generated]] = {}
    for one in collection.generate():
        found.setdefault(key_of(one[2])[0], []).append(one)
    return found


def _added(forms: Sequence[_Form], number: int) -> Formula:
    """Whether so many elements of some forms are in the set."""
    if number <= 0:
        return True
    if _is_false([one.is_single for one in forms], number):
        return False
    if len(forms) == 1:
        return forms[0].at_least(number)
    left, right = forms[: len(forms) // 2], forms[len(forms) // 2 :]
    return either(*(both(_added(left, some_), _added(right, number - some_)) for some_ in range(number + 1)))


@lru_cache(maxsize=10_000)
def _parts(single: tuple[bool, ...], number: int) -> int:
    """How many parts the formula has for forms of which there is a single element, or any number."""
    if number <= 0 or _is_false(single, number):
        return 0
    if len(single) == 1:
        return number
    left, right = single[: len(single) // 2], single[len(single) // 2 :]
    ways = [(left, some_, right, number - some_) for some_ in range(number + 1)]
    return sum(_parts(a, m) + _parts(b, n) for a, m, b, n in ways if not (_is_false(a, m) or _is_false(b, n)))


def _is_false(single: Sequence[bool], number: int) -> bool:
    return number > len(single) and all(single)


def _apart(data: Sequence[Datum]) -> list[Formula]:
    return [negation(same_data(a, b)) for a, b in combinations(data, 2)]


def _fresh_like(datum: Datum) -> Datum:
    """A datum of the same form, of which nothing is known."""
    if isinstance(datum, Term):
        return fresh(datum.sort)
    if isinstance(datum, tuple):
        return tuple(_fresh_like(one) for one in datum)  # pyright: ignore[reportUnknownVariableType]
    return datum

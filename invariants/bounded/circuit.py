"""Propositional logic as a circuit of and-gates with inverters, each gate built once.

A literal is an integer: twice the number of a gate or input, plus one where it is negated. 0 is false and 1 is true.
Source: Kuehlmann, Paruthi, Krohm, Ganai, "Robust Boolean Reasoning for Equivalence Checking and Functional Property
Verification" (IEEE TCAD 21:12, 2002), whose and-inverter graphs these are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

FALSE, TRUE = 0, 1


def negated(literal: int) -> int:
    """The literal that is true where this one is false."""
    return literal ^ 1


class Circuit:
    """Inputs, by name, and gates; constants are folded and equal gates are one."""

    def __init__(self) -> None:
        self.gates: list[tuple[int, int] | None] = [None]
        """The operands of a gate by its number, None for an input and for the constant."""
        self.names: dict[int, str] = {}
        """The inputs by number."""
        self._known: dict[tuple[int, int], int] = {}

    def input(self, name: str) -> int:
        """A new input."""
        number = len(self.gates)
        self.gates.append(None)
        self.names[number] = name
        return 2 * number

    def both(self, a: int, b: int) -> int:
        """`a` and `b`."""
        if a > b:
            a, b = b, a
        if a == FALSE or a ^ 1 == b:
            return FALSE
        if a in (TRUE, b):
            return b
        found = self._known.get((a, b))
        if found is None:
            found = self._known[a, b] = 2 * len(self.gates)
            self.gates.append((a, b))
        return found

    def either(self, a: int, b: int) -> int:
        """`a` or `b`."""
        return self.both(a ^ 1, b ^ 1) ^ 1

    def same(self, a: int, b: int) -> int:
        """Whether `a` and `b` are equal."""
        return self.both(self.both(a, b ^ 1) ^ 1, self.both(a ^ 1, b) ^ 1)

    def all(self, literals: Iterable[int]) -> int:
        """Whether all of some literals are true; a balanced tree, so that no circuit gets deep for want of care."""
        row = list(dict.fromkeys(literals))
        if FALSE in row:
            return FALSE
        while len(row) > 1:
            row = [self.both(*row[at : at + 2]) if at + 1 < len(row) else row[at] for at in range(0, len(row), 2)]
        return row[0] if row else TRUE

    def any(self, literals: Iterable[int]) -> int:
        """Whether any of some literals is true."""
        return self.all(literal ^ 1 for literal in literals) ^ 1

    def evaluated(self, inputs: Mapping[int, bool]) -> Sequence[bool]:
        """The value of every literal where inputs, by number, have these values; an input that is left out is false."""
        values = [False, True]
        for number, gate in enumerate(self.gates[1:], 1):
            value = inputs.get(number, False) if gate is None else values[gate[0]] and values[gate[1]]
            values += [value, not value]
        return values

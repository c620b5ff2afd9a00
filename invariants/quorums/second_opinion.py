"""cvc5, where it is installed, as a second opinion: its theory of finite sets has cardinalities of its own.

Source: Bansal, Reynolds, Barrett and Tinelli, "A New Decision Procedure for Finite Sets and Cardinality Constraints in
SMT", IJCAR 2016. It is asked in SMT-LIB, where a node is an integer and all nodes are a set.
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import Any, assert_never

from indoubt.invariants.quorums.arithmetic import (
    All,
    Condition,
    Floor,
    Formula,
    Linear,
    Number,
    Quantity,
    Relation,
    Some,
)
from indoubt.invariants.quorums.lowering import Claim
from indoubt.invariants.quorums.results import Opinion

RELATIONS = {
    Relation.AT_LEAST: ">=",
    Relation.MORE_THAN: ">",
    Relation.AT_MOST: "<=",
    Relation.LESS_THAN: "<",
    Relation.EQUAL: "=",
    Relation.UNEQUAL: "distinct",
}
EVERY = "every_node"
LONGEST_S = 10.0
"""A second opinion is not waited for any longer."""


def installed() -> Any:
    """The module of cvc5, or None."""
    try:
        return import_module("cvc5")
    except ImportError:
        return None


def asked(claim: Claim, *, timeout_s: float) -> Opinion | None:
    """What cvc5 says of a claim; None where it is not installed, or the claim is of weights or of what exists."""
    cvc5 = installed()
    if cvc5 is None or claim.weights or claim.some:
        return None
    solver = cvc5.Solver()
    solver.setOption("tlimit-per", str(max(1, int(1000 * min(timeout_s, LONGEST_S)))))
    solver.setOption("sets-exp", "true")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text(claim), claim.name)
    symbols, answer = parser.getSymbolManager(), ""
    while not (command := parser.nextCommand()).isNull():
        answer = str(command.invoke(solver, symbols)).strip() or answer
    name = f"cvc5 {metadata.version('cvc5')}"
    match answer:
        case "sat":
            return Opinion(name, True)
        case "unsat":
            return Opinion(name, False)
        case _:
            late = answer == "unknown" or "TIMEOUT" in answer
            return Opinion(name, None, f"no answer within {min(timeout_s, LONGEST_S):g} s" if late else answer)


def text(claim: Claim) -> str:
    """The search for a counterexample in SMT-LIB."""
    lines = ["(set-logic ALL)", f"(declare-const {EVERY} (Set Int))", f"(assert (>= (set.card {EVERY}) 1))"]
    for name in claim.sets:
        lines += [f"(declare-const set_{name} (Set Int))", f"(assert (set.subset set_{name} {EVERY}))"]
    for name in claim.numbers:
        lines += [f"(declare-const num_{name} Int)", f"(assert (>= num_{name} 0))"]
    lines += [f"(assert {_formula(one)})" for one in (*claim.given, claim.goal.negated)]
    return "\n".join([*lines, "(check-sat)"]) + "\n"


def _formula(formula: Formula) -> str:
    match formula:
        case All(parts):
            return f"(and true {' '.join(map(_formula, parts))})"
        case Some(parts):
            return f"(or false {' '.join(map(_formula, parts))})"
        case Condition(left, relation, right):
            return f"({RELATIONS[relation]} {_linear(left)} {_linear(right)})"
        case _:
            assert_never(formula)


def _linear(linear: Linear) -> str:
    terms = [f"(* {_number(count)} {' '.join(map(_quantity, of))})" for count, of in linear.terms]
    return f"(+ 0 {' '.join([*terms, _number(linear.constant)])})"


def _number(value: int) -> str:
    return str(value) if value >= 0 else f"(- {-value})"


def _quantity(quantity: Quantity) -> str:
    if isinstance(quantity, Floor):
        return f"(div {_linear(quantity.of)} {quantity.divisor})"
    if isinstance(quantity, Number):
        return f"num_{quantity.name}"
    common = EVERY
    for name in quantity.sets:
        common = f"(set.inter {common} set_{name})" if common != EVERY else f"set_{name}"
    return f"(set.card {common})"

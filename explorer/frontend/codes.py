"""The codes of mistakes: each means one kind, and has a page that `indoubt explain` prints.

S0xx files and classes, S1xx names, S2xx statements, S3xx expressions and types, S4xx a spec that fails while it runs. A
code that is no longer used is not given to another kind of mistake.
"""

from __future__ import annotations

from pathlib import Path

PAGES = Path(__file__).parent / "pages"

TITLES: dict[str, str] = {
    "S001": "the source of a spec is not available",
    "S002": "a file or module cannot be imported",
    "S003": "a spec has no action",
    "S004": "a variable has no first value",
    "S005": "a name in a spec class is no declaration",
    "S006": "several methods make the initial states",
    "S007": "a decorator is outside the language",
    "S008": "a star import",
    "S009": "a statement that has no place in a spec class",
    "S010": "an override loses the role of a method",
    "S101": "a state variable that does not exist",
    "S102": "a field or a member that does not exist",
    "S103": "the whole state is used as a value",
    "S104": "a name that does not exist",
    "S105": "a function is used as a value",
    "S106": "a Python object that is no value of the language",
    "S107": "a method that does not exist",
    "S108": "a name without a value on some path",
    "S109": "one name for two things",
    "S110": "a name that belongs to `Spec` or to Python",
    "S200": "a statement outside the language",
    "S201": "a guard stands behind a write",
    "S202": "a change inside an expression",
    "S203": "an action is called",
    "S205": "a property, or a helper with a result, changes the state",
    "S206": "a parameter of the spec is written",
    "S207": "an action returns a value",
    "S208": "a helper calls itself",
    "S209": "a path without a result",
    "S210": "a guard in a property",
    "S211": "a value that is no part of the state is changed",
    "S212": "a value that nothing is done with",
    "S214": "a local name stands for what has changed since",
    "S215": "a statement behind a `return`",
    "S216": "a loop whose result depends on the order of a set",
    "S300": "an expression outside the language",
    "S301": "a value of another type",
    "S302": "a list where a set is meant",
    "S303": "a comparison that has always the same answer",
    "S304": "a condition that is neither true nor false",
    "S305": "an operand of `and` or `or` that is no bool",
    "S306": "values compared with `is`",
    "S307": "values without an order",
    "S308": "an operator that does not fit its operands",
    "S309": "a value without fields",
    "S310": "a value that cannot be looked up",
    "S311": "a literal that is no value of the language",
    "S312": "a value without members",
    "S313": "names that do not fit what is ranged over",
    "S314": "a map that leaves out keys",
    "S315": "parameters or arguments of a kind outside the language",
    "S316": "an argument that should be a sort or an order",
    "S317": "a step that depends on chance, time or memory",
    "S318": "a function outside the language",
    "S319": "a view of a map as a value",
    "S320": "a member of an order that does not exist",
    "S321": "members of a sort are told apart",
    "S322": "an empty collection of unknown elements",
    "S323": "a sum of what are no integers",
    "S324": "arguments that do not fit",
    "S330": "an annotation that is no finite type",
    "S331": "a bound that was fixed before the run could set it",
    "S332": "a first value that does not fit",
    "S333": "a parameter without a type",
    "S334": "a method with the wrong first parameters",
    "S335": "a divisor that may be zero",
    "S336": "a parameter with too many values",
    "S340": "a slice that is outside the language",
    "S341": "a bag that is made of elements",
    "S342": "an order where there is none",
    "S343": "a pattern outside the language",
    "S401": "an index is out of range while the spec runs",
    "S402": "an element that is not there while the spec runs",
    "S403": "the least or greatest element of nothing while the spec runs",
    "S404": "a property that has no answer while the spec runs",
}


def page_of(code: str) -> str:
    """The page of a code, in Markdown: what the mistake is, and why, a wrong program with its error, a right one."""
    return (PAGES / f"{code}.md").read_text(encoding="utf-8")

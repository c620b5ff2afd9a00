"""Quorum systems by name, and as text: `flexible(q1=3, q2=2)`."""

from __future__ import annotations

import ast
import difflib
import inspect
import re
from collections.abc import Sequence

from indoubt.invariants.quorums import counted, structured
from indoubt.specs.language.quorum_systems import Majority, QuorumError, QuorumSystem

SYSTEMS: dict[str, type[QuorumSystem]] = {
    system.__name__.lower(): system
    for system in (
        Majority,
        counted.Threshold,
        counted.Flexible,
        counted.ReadWrite,
        structured.Weighted,
        structured.Grid,
        structured.FlexibleGrid,
        structured.Hierarchical,
        structured.Joint,
        structured.SingleServer,
        counted.Byzantine,
        counted.Dissemination,
        counted.Masking,
        counted.FaB,
        counted.FastPaxos,
        counted.EPaxos,
        counted.Hybrid,
    )
}
"""Every quorum system by the name that it is written with, in small letters."""
EXAMPLE = "flexible(q1=3, q2=2)"


def parsed(text: str) -> QuorumSystem:
    """The quorum system that a text stands for. Raises QuorumError saying what there is and what to write."""
    try:
        call = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _no_call(text) from None
    arguments: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    match call:
        case ast.Name(name):
            pass
        case ast.Call(ast.Name(name), arguments, keywords):
            pass
        case _:
            raise _no_call(text)
    system = _system(name)
    given = _bound(system, arguments, keywords)
    try:
        return system(**{name: _value(name, value, system) for name, value in given.items()})
    except QuorumError as error:
        raise QuorumError(f"{shown(system)}: {error}") from None


def _no_call(text: str) -> QuorumError:
    """A text that is no call of a system: the one that it names, or an example."""
    meant = next((SYSTEMS[word] for word in map(_plain, re.findall(r"[A-Za-z_-]+", text)) if word in SYSTEMS), None)
    what = repr(text if len(text) <= 60 else f"{text[:56]}...") if text.strip() else "an empty text"
    unclosed = "; a bracket is not closed" * (text.count("(") > text.count(")"))
    write = f"NAME(...), for example {EXAMPLE}" if meant is None else usage(meant)
    return QuorumError(f"{what} is no quorum system{unclosed}; write {write}")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def _system(name: str) -> type[QuorumSystem]:
    plain = _plain(name)
    if plain in SYSTEMS:
        return SYSTEMS[plain]
    close = difflib.get_close_matches(plain, SYSTEMS, n=1)
    hint = f"; did you mean {usage(SYSTEMS[close[0]])}?" if close else ""
    asked = name if len(name) <= 40 else f"{name[:36]}..."
    raise QuorumError(f"no quorum system {asked!r}; there are {', '.join(SYSTEMS)}{hint}")


def _bound(
    system: type[QuorumSystem], arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]
) -> dict[str, ast.expr]:
    """What each parameter is given, none twice, and all that are needed."""
    parameters = inspect.signature(system).parameters
    name, takes = shown(system), ", ".join(parameters) or "no values"
    write = f"write {usage(system)}"
    if any(one.arg is None for one in keywords) or any(isinstance(one, ast.Starred) for one in arguments):
        raise QuorumError(f"{name} takes plain values, and none with a `*`; {write}")
    if len(arguments) > len(parameters):
        count = f"{len(arguments)} {'are' if len(arguments) > 1 else 'is'} given"
        raise QuorumError(f"{name} takes {takes}, and {count}; {write}")
    given = dict(zip(parameters, arguments, strict=False))
    for one in keywords:
        assert one.arg is not None
        if one.arg not in parameters:
            close = difflib.get_close_matches(one.arg.lower(), parameters, n=1)
            hint = f"; did you mean {close[0]}?" if close else f"; {write}"
            raise QuorumError(f"{name} takes {takes}, and no {one.arg}{hint}")
        if one.arg in given:
            twice = f"{ast.unparse(given[one.arg])} and {ast.unparse(one.value)}"
            raise QuorumError(f"{name} has {one.arg} twice, {twice}; leave one of them out")
        given[one.arg] = one.value
    missing = [one.name for one in parameters.values() if one.default is one.empty and one.name not in given]
    if missing:
        also = f"; {', '.join(given)} is given" if given else ""
        raise QuorumError(f"{name} needs {' and '.join(missing)}{also}; {write}")
    return given


def _value(name: str, value: ast.expr, system: type[QuorumSystem]) -> object:
    """A parameter's value, which is a literal."""
    try:
        return ast.literal_eval(value)
    except (TypeError, ValueError, RecursionError, MemoryError):
        raise QuorumError(f"`{ast.unparse(value)}` is no value of {name}; write {usage(system)}") from None


def shown(system: type[QuorumSystem]) -> str:
    """The name of a system as it is written."""
    return system.__name__.lower()


EXAMPLES = {
    "q1": "3",
    "weights": "(1, 1, 3)",
    "columns": "3",
    "groups": "(3, 3, 3)",
    "old": "(0, 1, 2)",
    "new": "(0, 1, 2, 3)",
    "f": "1",
    "u": "1",
    "r": "1",
    "write": "4",
    "read": "1",
}
"""What stands for parameters in examples; 2 for the others."""


def usage(system: type[QuorumSystem]) -> str:
    """How a system is written: `flexible(q1=3, q2=2)`."""
    parameters = inspect.signature(system).parameters.values()
    needed = [one.name for one in parameters if one.default is inspect.Parameter.empty]
    given = ", ".join(f"{name}={EXAMPLES.get(name, '2')}" for name in needed)
    return f"{shown(system)}({given})" if given else shown(system)

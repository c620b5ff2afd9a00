"""Quorum systems by name, and as text: `flexible(q1=3, q2=2)`."""

from __future__ import annotations

import ast
import difflib
import inspect
import re

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
    except (SyntaxError, ValueError):
        raise QuorumError(f"{text!r} is no quorum system; write NAME(...), for example {EXAMPLE}") from None
    arguments: list[ast.expr]
    keywords: list[ast.keyword]
    match call:
        case ast.Name(name):
            return parsed(f"{name}()")
        case ast.Call(ast.Name(name), arguments, keywords):
            pass
        case _:
            raise QuorumError(f"{text!r} is no quorum system; write NAME(...), for example {EXAMPLE}")
    plain = re.sub(r"[^a-z]", "", name.lower())
    if plain not in SYSTEMS:
        close = difflib.get_close_matches(plain, SYSTEMS, n=1)
        hint = f"; did you mean {usage(SYSTEMS[close[0]])}?" if close else ""
        raise QuorumError(f"no quorum system {name!r}; there are {', '.join(SYSTEMS)}{hint}")
    system = SYSTEMS[plain]
    try:
        positional = [ast.literal_eval(one) for one in arguments]
        named = {str(one.arg): ast.literal_eval(one.value) for one in keywords}
        inspect.signature(system).bind(*positional, **named)
    except (TypeError, ValueError):
        raise QuorumError(f"{text!r} does not fit; write {usage(system)}") from None
    return system(*positional, **named)


def usage(system: type[QuorumSystem]) -> str:
    """How a system is written: `flexible(q1=2, q2=2)`."""
    parameters = inspect.signature(system).parameters.values()
    needed = [one for one in parameters if one.default is inspect.Parameter.empty]
    examples = [f"{one.name}={'(1, 1, 1)' if 'tuple' in str(one.annotation) else 2}" for one in needed]
    configurations = {"old": "(0, 1, 2)", "new": "(0, 1, 2, 3)"}
    shown = [
        f"{one.name}={configurations[one.name]}" if one.name in configurations else text
        for one, text in zip(needed, examples, strict=True)
    ]
    return f"{system.__name__.lower()}({', '.join(shown)})"

"""Handlers that read the messages of a quorum: what they read is a local name, and the quorum a choice.

Before: `on_promises(promises: Map[Acceptor, Set[Promise]], quorum: Quorum[Acceptor])`
After:  `on_promises(quorum: Quorum[Acceptor])`:
        `promises = Map({a: {m for m in network...[a][self.address] if a in quorum} for a in Acceptor})`
        `require(all(len(promises[a]) > 0 for a in quorum))`

The author's guards that say nothing of the messages come first, so that they are asked before anything is gathered.
"""

from __future__ import annotations

import ast
import copy

from indoubt.explorer.frontend.desugar.functions import Replacement
from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.layout import ADDRESS, Handler

ONE, MESSAGE = "self.one", "self.message"


def body(
    places: Places, handler: Handler, tree: ast.FunctionDef, up: list[ast.stmt], *, cuts: bool, at: ast.AST
) -> list[ast.stmt]:
    """The statements of the step; `up` are the guards that the node takes steps at all."""
    messages = handler.parameters[0]
    first = next((place for place, one in enumerate(tree.body) if not _is_guard(one, messages)), len(tree.body))
    return [*up, *tree.body[:first], *gathered(places, handler, cuts=cuts, at=at), *tree.body[first:]]


def gathered(places: Places, handler: Handler, *, cuts: bool, at: ast.AST) -> list[ast.stmt]:
    """What names the messages of the quorum, and the guard that every member has sent one."""
    part, sender = handler.part, handler.senders[0]
    receiver = ADDRESS if part.is_many else places.only(part)
    conditions = ["ONE in QUORUM"]
    names: dict[str, Replacement] = {"ONE": ONE, "MESSAGE": MESSAGE, "SORT": places.sort(sender)}
    names |= {"MESSAGES": handler.parameters[0], "QUORUM": handler.parameters[1]}
    names["LINK"] = places.link(sender, part, at, (ONE, receiver))
    if cuts:
        conditions.append("not CUT")
        names["CUT"] = places.cut(sender, part, at, (ONE, receiver))
    if len(places.layout.links[sender.name, part.name]) > len(handler.messages):
        kinds = [f"KIND{number}" for number in range(len(handler.messages))]
        conditions.append(f"isinstance(MESSAGE, {' | '.join(kinds)})")
        for kind, message in zip(kinds, handler.messages, strict=True):
            names[kind] = f"self.{message.__name__}"
            places.names[f"self.{message.__name__}"] = message
    chosen = f"{{MESSAGE for MESSAGE in LINK if {' and '.join(conditions)}}}"
    text = f"MESSAGES = Map({{ONE: {chosen} for ONE in SORT}})\nrequire(all(len(MESSAGES[ONE]) > 0 for ONE in QUORUM))"
    return places.placed(text, at, **names)


def without_messages(tree: ast.FunctionDef) -> ast.FunctionDef:
    """The handler without the parameter of what it reads, which is no choice."""
    own = len(tree.args.args) - len(_authors(tree))
    changed = copy.copy(tree)
    changed.args = copy.copy(tree.args)
    changed.args.args = [*tree.args.args[:own], *tree.args.args[own + 1 :]]
    return changed


def _authors(tree: ast.FunctionDef) -> list[ast.arg]:
    """The parameters that the author has written, without the node itself."""
    return [one for one in tree.args.args[1:] if one.arg != ADDRESS]


def _is_guard(statement: ast.stmt, messages: str) -> bool:
    """Whether a statement is a guard that does not speak of the messages."""
    match statement:
        case ast.Expr(ast.Call(ast.Name("require"), [condition], [])):
            return not any(isinstance(one, ast.Name) and one.id == messages for one in ast.walk(condition))
        case ast.Expr(ast.Constant(str())):
            return True
        case _:
            return False

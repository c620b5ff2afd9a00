"""Methods of nodes and of systems as methods of a state machine: `self.phase` becomes `self.rms.phase[self.address]`.

What makes no sense is replaced by a name that means nothing; the statement in which it stands tells the mistake that
belongs to that name, and no other.
"""

from __future__ import annotations

import ast
import difflib
import inspect
from collections.abc import Mapping
from types import FunctionType
from typing import Any

from indoubt.explorer.frontend.desugar.detectors.asking import Asking
from indoubt.explorer.frontend.desugar.functions import placed
from indoubt.explorer.frontend.diagnostics import Diagnostic
from indoubt.explorer.frontend.source import span_of
from indoubt.specs.language.byzantine import IS_BYZANTINE
from indoubt.specs.language.declarations import parameter_names
from indoubt.specs.language.layout import ADDRESS, Layout, Part
from indoubt.specs.language.machine import role_of
from indoubt.specs.language.nodes import CORRECT, RESERVED, fields_of, is_node_class
from indoubt.specs.language.questions import is_own_name

SENDS = ("send", "broadcast")


class Rewriting(ast.NodeTransformer):
    """What the methods of nodes and of systems have in common: fields, helpers and mistakes."""

    def __init__(self, layout: Layout, crashing: frozenset[str], names: Mapping[str, Any], file: str) -> None:
        self.layout = layout
        self.crashing = crashing
        self.names = names
        self.file = file
        self.lost: dict[str, Diagnostic] = {}
        self.asking = Asking()
        self.lying: frozenset[str] = frozenset()
        """The parts that have nodes which may be Byzantine in this run."""

    def wrong(self, node: ast.expr, code: str, title: str, label: str, help_: str) -> ast.expr:
        """An expression that tells a mistake wherever it is looked at."""
        name = f"?{len(self.lost)}"
        self.lost[name] = Diagnostic(code, title, span_of(node, self.file), label, help_)
        missing = placed(ast.Name(name, ast.Load()), node)
        context = getattr(node, "ctx", ast.Load())
        if isinstance(context, ast.Load):
            return missing
        return placed(ast.Attribute(missing, "value", context), node)

    def member(self, node: ast.Attribute, state: str, part: Part, address: ast.expr, name: str) -> ast.expr:
        """A member of a node: a field of it, its address, a parameter of the run, a class inside of its own."""
        if isinstance(node.ctx, ast.Store) and (name in ("address", "is_up") or _is_asked(part, name)):
            title = f"`{ast.unparse(node)}` is not for a node to say"
            help_ = "what a node is called, and whether it fails, is for the run: `--crashes 1`, `--byzantine 1`"
            return self.wrong(node, "S110", title, "written here", help_)
        if name in parameter_names(part.cls):
            return self._attribute(node, state, name)
        if name in fields_of(part.cls):
            return self._place(node, state, part, address, name)
        if name == "address":
            return address
        if name == "is_up":
            if part.name not in self.crashing:
                return placed(ast.Constant(value=True), node)
            return self._place(node, state, part, address, name)
        if _is_asked(part, name):
            return self._correct(node, state, part, address, name)
        if self.asking.is_question(part, name):
            return self._told(node, self.asking.mistake(name, 0, state))
        found = inspect.getattr_static(part.cls, name, None)
        if isinstance(found, (FunctionType, type)) and name not in RESERVED:
            return self._attribute(node, state, part.variable(name))
        return self._unknown(node, part, name)

    def call(self, node: ast.Call, state: str, part: Part, address: ast.expr, name: str) -> ast.expr | None:
        """A call of a method of a node; None where there is no such method."""
        if self.asking.is_question(part, name):
            return self._asked(node, state, part, address, name)
        found = inspect.getattr_static(part.cls, name, None)
        if not isinstance(found, FunctionType) or name in RESERVED:
            return None
        if role_of(found) is not None:
            title = f"`{name}` is a handler of `{part.cls.__name__}`, and nobody calls a handler"
            help_ = "move what both do into a helper: a method without a decorator"
            return self.wrong(node, "S203", title, "called here", help_)
        assert isinstance(node.func, ast.Attribute)
        func = self._attribute(node.func, state, part.variable(name))
        arguments: list[ast.expr] = [self.visit(one) for one in node.args]
        keywords: list[ast.keyword] = [self.visit(one) for one in node.keywords]
        return placed(ast.Call(func, [*([address] if part.is_many else []), *arguments], keywords), node)

    def _asked(self, node: ast.Call, state: str, part: Part, address: ast.expr, name: str) -> ast.expr:
        """A question to the failure detector: what it has told the node."""
        own = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else state
        mistake = self.asking.mistake(name, len(node.args) + 2 * len(node.keywords), own)
        other: ast.expr | None = None
        match node.args:
            case [ast.Name(sort) as argument] if self.asking.several(self.layout, self.names, sort):
                edit = f"name one of them: `any({own}.{name}({sort.lower()}) for {sort.lower()} in {sort})`"
                mistake = mistake or ("S324", f"`{own}.{name}` takes one address", f"`{sort}` has several", edit)
            case [ast.Name(sort) as argument] if (
                only := self.asking.only_of(self.layout, self.names, sort)
            ) is not None:
                other = self.only_address(argument, only)
            case [argument]:
                other = self.visit(argument)
            case _:
                pass
        if mistake is not None or other is None:
            return self._told(node, mistake)
        if not self.asking.keeps(part):
            return placed(ast.Constant(value=False), node)  # about itself alone, which it does not suspect
        table = placed(ast.Attribute(placed(ast.Name(state, ast.Load()), node), part.variable(name), ast.Load()), node)
        held = placed(ast.Subscript(table, address, ast.Load()), node) if part.is_many else table
        if name == "trusts":
            return placed(ast.Compare(held, [ast.Eq()], [other]), node)
        return placed(ast.Compare(other, [ast.In()], [held]), node)

    def _correct(self, node: ast.Attribute, state: str, part: Part, address: ast.expr, name: str) -> ast.expr:
        """Whether a node is Byzantine, or is neither that nor down."""
        lies: ast.expr = placed(ast.Constant(value=False), node)
        if part.name in self.lying:
            lies = self._place(node, state, part, address, IS_BYZANTINE)
        if name == IS_BYZANTINE:
            return lies
        up = self.member(node, state, part, address, "is_up")
        return placed(ast.BoolOp(ast.And(), [up, placed(ast.UnaryOp(ast.Not(), lies), node)]), node)

    def _told(self, node: ast.expr, mistake: tuple[str, str, str, str] | None) -> ast.expr:
        assert mistake is not None
        return self.wrong(node, *mistake)

    def _unknown(self, node: ast.Attribute, part: Part, name: str) -> ast.expr:
        owner = part.cls.__name__
        if name == "sent":
            help_ = "keep what matters in a field"
            return self.wrong(node, "S101", "a node does not know what it has sent", "not kept", help_)
        close = difflib.get_close_matches(name, _members(part), n=1)
        help_ = f"did you mean `{close[0]}`?" if close else f"declare it in the class: `{name}: <type> = <value>`"
        return self.wrong(node, "S101", f"`{owner}` has no `{name}`", f"not declared in `{owner}`", help_)

    def _place(self, node: ast.Attribute, state: str, part: Part, address: ast.expr, name: str) -> ast.expr:
        variable = part.variable(name)
        if not part.is_many:
            return self._attribute(node, state, variable)
        table = placed(ast.Attribute(placed(ast.Name(state, ast.Load()), node), variable, ast.Load()), node)
        return placed(ast.Subscript(table, address, node.ctx), node)

    def _attribute(self, node: ast.Attribute, state: str, name: str) -> ast.expr:
        return placed(ast.Attribute(placed(ast.Name(state, ast.Load()), node), name, node.ctx), node)

    def addresses(self, at: ast.AST, part: Part) -> ast.expr:
        """All addresses of the nodes of a part."""
        return placed(ast.Name(sort_name(self.names, part), ast.Load()), at)

    def only_address(self, at: ast.AST, part: Part) -> ast.expr:
        """The address of the only node of a part."""
        return placed(ast.Name(only_name(part), ast.Load()), at)


def _members(part: Part) -> list[str]:
    """What a method of a node may name of it: fields, parameters, methods, and what the language tells it."""
    methods = [name for name, _ in inspect.getmembers(part.cls, inspect.isfunction) if name not in RESERVED]
    return [*fields_of(part.cls), *parameter_names(part.cls), "address", "is_up", *CORRECT, *methods]


def _is_asked(part: Part, name: str) -> bool:
    """Whether a name says of a node whether it has failed, and is no field of its author."""
    return name in CORRECT and not is_own_name(part.cls, name)


class OfNode(Rewriting):
    """A method of a node, whose first parameter is `owner`."""

    def __init__(
        self,
        layout: Layout,
        crashing: frozenset[str],
        names: Mapping[str, Any],
        file: str,
        part: Part,
        owner: str,
        synced: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(layout, crashing, names, file)
        self.part = part
        self.owner = owner
        self.synced = synced or {}
        """Where `self.sync()` writes each durable field, by its name."""

    def own_address(self, at: ast.AST) -> ast.expr:
        """The address of the node itself."""
        return placed(ast.Name(ADDRESS, ast.Load()), at) if self.part.is_many else self.only_address(at, self.part)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        match node.value:
            case ast.Call(ast.Attribute(ast.Name(owner), "sync"), [], []) if owner == self.owner:
                return self._sync(node)
            case ast.Call(ast.Attribute(ast.Name(owner), name) as func) if owner == self.owner and name in SENDS:
                call = node.value
                arguments: list[ast.expr] = [self.visit(one) for one in call.args]
                keywords: list[ast.keyword] = [self.visit(one) for one in call.keywords]
                return placed(ast.Expr(placed(ast.Call(func, arguments, keywords), call)), node)
            case ast.Call():
                value: ast.expr = self.visit(node.value)
                if isinstance(value, ast.Name):  # a mistake, which a call of it tells as well
                    value = placed(ast.Call(value, [], []), node)
                return placed(ast.Expr(value), node)
            case _:
                return self.generic_visit(node)

    def _sync(self, node: ast.Expr) -> list[ast.stmt]:
        """The disk holds what the durable fields hold, where a crash can tell one from the other."""
        found: list[ast.stmt] = []
        for name, kept in self.synced.items():
            places = [placed(ast.Attribute(node.value, "", context), node) for context in (ast.Store(), ast.Load())]
            disk = self._place(places[0], self.owner, self.part, self.own_address(node), kept)
            value = self._place(places[1], self.owner, self.part, self.own_address(node), name)
            found.append(placed(ast.Assign([disk], value), node))
        return found or [placed(ast.Pass(), node)]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node.func:
            case ast.Attribute(ast.Name(owner), name) if owner == self.owner:
                if name in (*SENDS, "sync"):
                    title = f"`self.{name}(...)` has no value"
                    return self.wrong(node, "S202", title, "used as a value", "make it a statement of its own")
                called = self.call(node, owner, self.part, self.own_address(node), name)
                return self.generic_visit(node) if called is None else called
            case _:
                return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        match node.value:
            case ast.Name(owner) if owner == self.owner:
                if node.attr in self.layout.parts and node.attr not in fields_of(self.part.cls):
                    return self._other(node)
                return self.member(node, owner, self.part, self.own_address(node), node.attr)
            case ast.Name(name) if is_node_class(self.names.get(name)):
                return self._of_class(node, name)
            case ast.Subscript(ast.Attribute(ast.Name(owner), name)) if owner == self.owner and self._is_strange(name):
                return self._of_another(node, name)
            case _:
                return self.generic_visit(node)

    def _is_strange(self, name: str) -> bool:
        """Whether a name is nothing of this node or of its system, and no misspelling of something."""
        is_known = hasattr(self.part.cls, name) or name in self.layout.parts or name in _members(self.part)
        return not is_known and not difflib.get_close_matches(name, _members(self.part), n=1)

    def _of_another(self, node: ast.Attribute, name: str) -> ast.expr:
        cls = self.part.cls.__name__
        help_ = f"send `{node.attr}` in a message; or, for a field of this node, declare `{name}: <type> = <value>`"
        return self.wrong(
            node, "S101", f"`{cls}` has no `{name}`, and a handler sees its own node alone", "not of this node", help_
        )

    def _other(self, node: ast.Attribute) -> ast.expr:
        title = f"a node reads `{node.attr}`, which are other nodes"
        help_ = "a node knows of others what they have sent: `self.send(...)` a message, and answer it in a handler"
        return self.wrong(node, "S507", title, "not of this node", help_)

    def _of_class(self, node: ast.Attribute, name: str) -> ast.AST:
        found = inspect.getattr_static(self.names[name], node.attr, None)
        if isinstance(found, type):
            return self.generic_visit(node)
        title = f"`{name}.{node.attr}` is of a class of nodes, and of none of them"
        help_ = f"write `self.{node.attr}` for the node itself; of other nodes it knows what they have sent"
        return self.wrong(node, "S507", title, "not of this node", help_)


def sort_name(names: Mapping[str, Any], part: Part) -> str:
    """The name of a sort of addresses where `names` are known, which may use that of the class for something else."""
    name: str = part.sort.__name__
    return name if names.get(name, part.sort) is part.sort else f"_{name}_of_{part.name}"


def only_name(part: Part) -> str:
    """The name that stands for the address of the only node of a part."""
    return f"self.{part.name}.address"


def names_with_sorts(names: Mapping[str, Any], layout: Layout) -> dict[str, Any]:
    """`names` with the sorts of addresses and the addresses of single nodes."""
    known = dict(names)
    for part in layout.parts.values():
        known[sort_name(names, part)] = part.sort
        if not part.is_many:
            known[only_name(part)] = part.address
    return known

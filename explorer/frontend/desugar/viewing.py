"""Methods of a system: `self.rms[r].phase` becomes `self.rms.phase[r]`, and `for rm in self.rms.values()` a range."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from typing import Any

from indoubt.explorer.frontend.desugar.functions import placed
from indoubt.explorer.frontend.desugar.rewriting import Rewriting, sort_name
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.layout import Layout, Part, own_annotations


@dataclass(frozen=True)
class View:
    """A node that an expression stands for, in the state before or after a step."""

    state: str
    part: Part
    address: ast.expr


class OfSystem(Rewriting):
    """A method of a system; `states` are the names of its states, the first parameter and perhaps the second."""

    def __init__(
        self, layout: Layout, crashing: frozenset[str], names: Mapping[str, Any], file: str, states: tuple[str, ...]
    ) -> None:
        super().__init__(layout, crashing, names, file)
        self.states = states
        self.known: dict[str, View] = {}
        self.own = {name for name, _, _ in own_annotations(layout.system)}

    def parameter(self, argument: ast.arg, part: Part) -> None:
        """Take note of a parameter that is a node: its address is passed."""
        argument.annotation = self.addresses(argument, part)
        self.known[argument.arg] = View(self.states[0], part, placed(ast.Name(argument.arg, ast.Load()), argument))

    def view(self, node: ast.AST) -> View | None:
        """The node that an expression stands for, if it stands for one."""
        match node:
            case ast.Name(name):
                return self.known.get(name)
            case ast.Attribute(ast.Name(state), name) if (part := self._part(state, name)) and not part.is_many:
                return View(state, part, self.only_address(node, part))
            case ast.Subscript(ast.Attribute(ast.Name(state), name), key) if (
                part := self._part(state, name)
            ) and part.is_many:
                return View(state, part, self.visit(key))
            case _:
                return None

    def _part(self, state: str, name: str) -> Part | None:
        return self.layout.parts.get(name) if state in self.states else None

    def _nodes(self, node: ast.AST) -> tuple[str, Part] | None:
        """The state and the nodes, where an expression stands for all nodes of a part."""
        match node:
            case ast.Attribute(ast.Name(state), name) if (part := self._part(state, name)) and part.is_many:
                return state, part
            case _:
                return None

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        view = self.view(node.value)
        if view is not None:
            return self.member(node, view.state, view.part, view.address, node.attr)
        if self.view(node) is not None or self._nodes(node) is not None:
            return self._no_value(node)
        if isinstance(node.value, ast.Name) and node.value.id in self.states:
            if node.attr == "network":
                title, help_ = "a property says nothing of what is under way", "keep in a field what a node has sent"
                return self.wrong(node, "S101", title, "no part of a property", help_)
            close = difflib.get_close_matches(node.attr, self.layout.parts, n=1)
            if close and not hasattr(self.layout.system, node.attr) and node.attr not in self.own:
                system = self.layout.system.__name__
                title, help_ = f"`{system}` has no `{node.attr}`", f"did you mean `{close[0]}`?"
                return self.wrong(node, "S101", title, f"not declared in `{system}`", help_)
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        value: ast.expr = self.visit(node.value)
        if isinstance(value, ast.Name) and value.id in self.lost:  # a mistake, which a call of it tells as well
            value = placed(ast.Call(value, [], []), node)
        return placed(ast.Expr(value), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        return self.generic_visit(node) if self.view(node) is None else self._no_value(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self._no_value(node) if node.id in self.known and isinstance(node.ctx, ast.Load) else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node.func:
            case ast.Attribute(value, name) if (view := self.view(value)) is not None:
                called = self.call(node, view.state, view.part, view.address, name)
                return self.generic_visit(node) if called is None else called
            case ast.Name("len") if len(node.args) == 1 and (nodes := self._nodes(node.args[0])) is not None:
                return placed(ast.Call(node.func, [self.addresses(node.args[0], nodes[1])], []), node)
            case ast.Attribute(ast.Name(state), _) if state in self.states:
                node.args = [self._argument(one) for one in node.args]
                for keyword in node.keywords:
                    keyword.value = self._argument(keyword.value)
                return node
            case _:
                return self.generic_visit(node)

    def _argument(self, node: ast.expr) -> ast.expr:
        """An argument of a helper of the system: of a node, its address is passed."""
        view = self.view(node)
        if view is not None and view.state != self.states[0]:
            title = "a node of the state after a step is passed to a helper"
            help_ = f"pass its address, and let the helper be called on that state: `{view.state}.helper(r)`"
            return self.wrong(node, "S510", title, "of the other state", help_)
        found: ast.expr = self.visit(node) if view is None else view.address
        return found

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        view = self.view(node.value)
        match node.targets:
            case [ast.Name(name)] if view is not None:
                self.known[name] = View(view.state, view.part, placed(ast.Name(name, ast.Load()), node))
                return placed(ast.Assign(node.targets, view.address), node)
            case _:
                return self.generic_visit(node)

    def visit_For(self, node: ast.For) -> ast.AST:
        node.target, node.iter = self._ranged(node.target, node.iter)
        node.body = [self.visit(one) for one in node.body]
        node.orelse = [self.visit(one) for one in node.orelse]
        return node

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        return self._comprehension(node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        return self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return self._comprehension(node)

    def _comprehension(self, node: ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp) -> ast.AST:
        outside = dict(self.known)
        for clause in node.generators:
            clause.target, clause.iter = self._ranged(clause.target, clause.iter)
            clause.ifs = [self.visit(one) for one in clause.ifs]
        if isinstance(node, ast.DictComp):
            node.key, node.value = self.visit(node.key), self.visit(node.value)
        else:
            node.elt = self.visit(node.elt)
        self.known = outside
        return node

    def _ranged(self, target: ast.expr, iterated: ast.expr) -> tuple[ast.expr, ast.expr]:
        """`for target in iterated` over addresses, where it is over nodes."""
        for part in ast.walk(target):
            if isinstance(part, ast.Name):
                self.known.pop(part.id, None)
        match iterated:
            case ast.Call(ast.Attribute(held, "keys" | "values" | "items" as what), [], []):
                nodes = self._nodes(held)
            case _:
                nodes, what = self._nodes(iterated), "keys"
        if nodes is None:
            return target, self.visit(iterated)
        state, part_ = nodes
        match what, target:
            case "values", ast.Name(name):
                self.known[name] = View(state, part_, placed(ast.Name(name, ast.Load()), target))
            case "items", ast.Tuple([ast.Name(key) as first, ast.Name(name)]):
                self.known[name] = View(state, part_, placed(ast.Name(key, ast.Load()), first))
                target = first
            case _:
                pass
        return target, self.addresses(iterated, part_)

    def _no_value(self, node: ast.expr) -> ast.expr:
        shown = ast.unparse(node)
        title = f"`{shown}` is a node, and no value" if self._nodes(node) is None else f"`{shown}` are nodes"
        help_ = f"name a field, as in `{shown}.phase`, or write `{shown}.address`"
        if (nodes := self._nodes(node)) is not None:
            help_ = f"name one, `{shown}[{sort_name(self.names, nodes[1]).lower()}]`, or range over `{shown}.values()`"
        return self.wrong(node, "S510", title, "used as a value", help_)

"""Places in the state of a translated system, as syntax: fields of nodes, links, budgets, and statements about them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from indoubt.explorer.frontend import constructors
from indoubt.explorer.frontend.desugar.functions import Replacement, expression, placed, statements
from indoubt.explorer.frontend.desugar.networks import meaning_of
from indoubt.explorer.frontend.desugar.rewriting import only_name, sort_name
from indoubt.explorer.frontend.names import NamedByRun
from indoubt.explorer.frontend.source import class_source
from indoubt.specs.language.declarations import names_in_scope
from indoubt.specs.language.layout import ADDRESS, Layout, Part, link_name
from indoubt.specs.language.network import Network
from indoubt.specs.language.settings import SettingError
from indoubt.specs.language.steps import RECEIVER, SENDER, budget_name, cut_name


class Places:
    """How the steps of a system name what is in its state; `names` collects what their texts need to know."""

    def __init__(
        self, layout: Layout, network: Network, volatile: Mapping[str, tuple[str, ...]], crashing: frozenset[str]
    ) -> None:
        self.layout = layout
        self.network_chosen = network
        self.volatile = volatile
        self.crashing = crashing
        self.synced: dict[str, tuple[str, ...]] = {}
        self.asked: dict[str, tuple[str, ...]] = {}
        self.kind: ModuleType = meaning_of(network)
        self.names: dict[str, Any] = {}
        self.state = "self"

    def placed(self, text: str, at: ast.AST, **names: Replacement) -> list[ast.stmt]:
        """The statements of a text, in which `names` stand for other names or for expressions."""
        return [_stored(one) for one in statements(text, at, names)]

    def field(self, part: Part, name: str, at: ast.AST) -> ast.expr:
        """A field of the node that takes the step."""
        field = expression("STATE.FIELD", at, {"STATE": self.state, "FIELD": part.variable(name)})
        return self.at_address(field, ADDRESS, at) if part.is_many else field

    def up(self, part: Part, at: ast.AST) -> ast.expr:
        """Which nodes of a part are up; of a single one, whether it is."""
        return expression("STATE.UP", at, {"STATE": self.state, "UP": part.variable("is_up")})

    def link(self, sender: Part, receiver: Part, at: ast.AST, ends: tuple[str, str] = (SENDER, RECEIVER)) -> ast.expr:
        """What is under way from a node to a node, which two names stand for."""
        name = link_name(sender.name, receiver.name)
        table = expression("STATE.LINK", at, {"STATE": self.state, "LINK": name})
        return self.at_address(self.at_address(table, ends[0], at), ends[1], at)

    def at_address(self, table: ast.expr, address: str, at: ast.AST) -> ast.expr:
        """The value of a map at the address that a name stands for."""
        return placed(ast.Subscript(table, placed(ast.Name(address, ast.Load()), at), ast.Load()), at)

    def cut(self, sender: Part, receiver: Part, at: ast.AST, ends: tuple[str, str]) -> ast.expr:
        """Whether a link is cut."""
        table = expression("STATE.CUT", at, {"STATE": self.state, "CUT": cut_name(sender.name, receiver.name)})
        return self.at_address(self.at_address(table, ends[0], at), ends[1], at)

    def ends_of_links(self) -> list[tuple[str, str]]:
        """The names of the sorts of senders and receivers, for each variable with links."""
        parts = self.layout.parts
        return [(self.sort(parts[sender]), self.sort(parts[receiver])) for sender, receiver in self.layout.links]

    def pair(self, text: str, ends: tuple[str, str] | None, at: ast.AST) -> list[ast.stmt]:
        """The statements of a text about the links from `ONE` to `OTHER`: those of some ends, or `CUT0` and so on."""
        names: dict[str, Replacement] = {"ONE": "self.sender", "OTHER": "self.receiver"}
        both = ("self.sender", "self.receiver")
        for number, (sender, receiver) in enumerate(self.layout.links):
            parts = self.layout.parts[sender], self.layout.parts[receiver]
            names[f"CUT{number}"] = self.cut(*parts, at, both)
            if ends == (sender, receiver):
                names |= {"CUT": self.cut(*parts, at, both), "LINK": self.link(*parts, at, both)}
                names |= {"FROM": self.sort(parts[0]), "TO": self.sort(parts[1])}
                names["EMPTY"] = expression(f"{self.kind.EMPTY}()", at, {})
        return self.placed(text, at, **names)

    def there(self, link: ast.expr, message: str, at: ast.AST) -> list[ast.stmt]:
        """The guard that a message can be received next."""
        return self.network(f"require({self.kind.THERE})", link, message, at)

    def network(self, text: str, link: ast.expr, message: str, at: ast.AST) -> list[ast.stmt]:
        """The statements of a text about a link and a message."""
        return self.placed(text, at, LINK=link, MESSAGE=placed(ast.Name(message, ast.Load()), at))

    def spent(self, fault: str, at: ast.AST, then: list[ast.stmt]) -> list[ast.stmt]:
        """One is taken from a budget, if there is one left and the guards `then` hold."""
        guard, spend = self.left(fault, at)
        return [*guard, *then, *spend]

    def left(self, fault: str, at: ast.AST) -> tuple[list[ast.stmt], list[ast.stmt]]:
        """The guard that a budget is not spent, and what takes one from it."""
        left = expression("STATE.LEFT", at, {"STATE": self.state, "LEFT": budget_name(fault)})
        return self.placed("require(LEFT > 0)", at, LEFT=left), self.placed("LEFT -= 1", at, LEFT=left)

    def first_value(self, part: Part, name: str, at: ast.AST) -> ast.expr:
        """The value that a field of a node is declared with, as its author wrote it. Raises SettingError."""
        for owner in part.cls.__mro__:
            if name not in vars(owner).get("__annotations__", {}):
                continue
            tree, _ = class_source(owner)
            for node in tree.body:
                match node:
                    case ast.AnnAssign(ast.Name(declared), _, value) if declared == name and value is not None:
                        return self._known_here(_moved(copy.deepcopy(value), at), owner)
                    case _:
                        pass
        # A run that asks for it is refused before, unless it is looked for mistakes as its sizes are not known either.
        raise SettingError(f"`{name}` of {part.cls.__name__} has no value to go back to")

    def _known_here(self, value: ast.expr, owner: type) -> ast.expr:
        """An expression of a class whose names mean what they mean there, wherever it is put."""
        known = names_in_scope(owner)
        for inner in ast.walk(value):
            if isinstance(inner, ast.Name) and inner.id in known:
                meant = known[inner.id]
                inner.id = f"{owner.__name__}.{inner.id}"  # a name of its own: other classes may use the same
                self.names[inner.id] = meant
        return value

    def sort(self, part: Part) -> str:
        """The name of the sort of addresses of a part."""
        return sort_name(self.names, part)

    def only(self, part: Part) -> str:
        """The name that stands for the address of the only node of a part."""
        return only_name(part)

    def node(self, address: Any) -> str:
        """A name that stands for a node."""
        name = f"NODE_{type(address).__name__}_{getattr(address, 'name', None) or address.index}"
        self.names[name] = NamedByRun(address)
        return name

    def known(self, names: Mapping[str, Any]) -> dict[str, Any]:
        """`names` with those that the texts need: sorts of addresses, and the language."""
        from indoubt.specs.language import Bag, Map, Permutation, Seq, Set, require  # noqa: PLC0415 - of the language

        found = dict(names) | {name: value for name, value in self.names.items() if name not in names}
        for part in self.layout.parts.values():
            found[sort_name(names, part)] = part.sort
            if not part.is_many:
                found[only_name(part)] = part.address
        language = {"require": require, "Map": Map, "Set": Set, "Bag": Bag, "Seq": Seq, "Permutation": Permutation}
        for name, value in language.items():
            found.setdefault(name, value)
        return found


def _moved(node: ast.expr, at: ast.AST) -> ast.expr:
    for part in ast.walk(node):
        if isinstance(part, (ast.expr, ast.keyword, ast.comprehension)):
            placed(part, at)
            setattr(part, constructors.FIRST_VALUE, True)
    return node


def _stored(statement: ast.stmt) -> ast.stmt:
    """A statement whose targets are written to, as the parser would have made them."""
    match statement:
        case ast.Assign(targets, value):
            return placed(ast.Assign([_target(one) for one in targets], value), statement)
        case ast.For() | ast.If():
            statement.body = [_stored(one) for one in statement.body]
            return statement
        case ast.AugAssign(target, operator, value):
            return placed(ast.AugAssign(_target(target), operator, value), statement)  # type: ignore[arg-type]
        case _:
            return statement


def _target(node: ast.expr) -> ast.expr:
    found = copy.deepcopy(node)
    if isinstance(found, (ast.Name, ast.Attribute, ast.Subscript)):
        found.ctx = ast.Store()
    return found

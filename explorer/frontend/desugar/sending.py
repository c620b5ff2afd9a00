"""`self.send(m, to=x)` and `self.broadcast(m, to=S)`: the types of message and recipient say into which link."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable

from indoubt.explorer.frontend import comprehensions, expressions, places
from indoubt.explorer.frontend.advice import described, text_of
from indoubt.explorer.frontend.coercion import coerce
from indoubt.explorer.frontend.desugar.networks import meaning_of
from indoubt.explorer.frontend.scope import Scope
from indoubt.explorer.ir.expressions import Below, Expr, IsA, Literal, Load, Local, Lookup, Narrow, Size
from indoubt.explorer.ir.statements import Bind, ForEach, Statement, Target, When, dropping
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.specs.language.byzantine import IS_BYZANTINE
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.layout import ADDRESS, Layout, Part, link_name
from indoubt.specs.language.machine import role_of
from indoubt.specs.language.network import Network
from indoubt.specs.language.steps import cut_name, is_lossy
from indoubt.specs.language.types import (
    BagType,
    EnumType,
    IntType,
    MapType,
    NoneType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    Type,
    alternatives_of,
)
from indoubt.specs.language.values import Message

Sending = Callable[[Scope, ast.Expr, ast.Call], list[Statement]]


class Sender:
    """What sending means in a system, under the network of a run."""

    def __init__(self, layout: Layout, network: Network, faults: Faults) -> None:
        self.layout = layout
        self.network = network
        self.is_lossy = is_lossy(network, faults)

    def __call__(self, scope: Scope, node: ast.Expr, call: ast.Call) -> list[Statement]:
        """The statements that put a message into the links to its recipients. Raises Mistake."""
        assert isinstance(call.func, ast.Attribute)
        verb = call.func.attr
        part: Part | None = getattr(scope.function.object, "__indoubt_part__", None)
        if part is None:
            help_ = "let a node send it, in a handler"
            scope.fail("S505", call, "a system sends no messages, its nodes do", "sent by whom?", help_)
        to = [keyword.value for keyword in call.keywords if keyword.arg == "to"]
        if len(call.args) != 1 or len(to) != 1 or len(call.keywords) != 1:
            whom = "the address of a node" if verb == "send" else "a sort or a set of addresses"
            help_ = f"write `self.{verb}(M(...), to=x)` with {whom}"
            scope.fail("S324", call, f"`self.{verb}` takes a message and a recipient", "wrong arguments", help_)
        message = expressions.expression(scope, call.args[0])
        self._refuse_no_message(scope, call.args[0], message)
        bound: list[Statement] = []
        if not isinstance(message, (Local, Literal)):
            local = scope.context.fresh("message", message.type)
            bound.append(Bind(local, message))
            message = local
        own: Expr = scope.names.get(ADDRESS) if part.is_many else Literal(0, SortType(part.sort))  # type: ignore[assignment]
        if verb == "send":
            recipient = expressions.expression(scope, to[0])
            if isinstance(recipient.type, (SetType, MapType)):
                help_ = f"write `self.broadcast(..., to={ast.unparse(to[0])})`"
                scope.fail("S505", to[0], "a message is sent to one node", "several nodes", help_)
            return [*bound, *self._to(scope, node, call, part, own, message, recipient, to[0])]
        self._refuse_one(scope, to[0])
        domain = comprehensions.domain(scope, to[0])
        local = scope.context.fresh("recipient", comprehensions.element_type(domain.type))
        body = self._to(scope, node, call, part, own, message, local, to[0])
        return [*bound, ForEach(local, domain, tuple(body))]

    def _refuse_one(self, scope: Scope, to: ast.expr) -> None:
        """Raise Mistake for a broadcast to the address of one node."""
        kind = expressions.expression(scope, to).type if isinstance(to, ast.Name | ast.Attribute) else None
        if isinstance(kind, SortType | EnumType):
            help_ = f"write `self.send(..., to={ast.unparse(to)})`"
            scope.fail("S505", to, "a broadcast goes to several nodes", "the address of one", help_)

    def _refuse_no_message(self, scope: Scope, node: ast.expr, message: Expr) -> None:
        kinds = () if isinstance(message.type, ListType) else alternatives_of(message.type)
        if not kinds or not all(isinstance(one, RecordType) and issubclass(one.cls, Message) for one in kinds):
            help_ = "declare `class M(Message)` with the fields that it has, and send `M(...)`"
            scope.fail("S505", node, f"{described(message)} is no message", "sent here", help_)

    def _to(
        self,
        scope: Scope,
        node: ast.Expr,
        call: ast.Call,
        part: Part,
        own: Expr,
        message: Expr,
        recipient: Expr,
        at: ast.expr,
    ) -> list[Statement]:
        """Put a message into the link to a recipient, whichever of its alternatives it is."""
        kinds = () if isinstance(recipient.type, ListType) else alternatives_of(recipient.type)
        for kind in kinds or (recipient.type,):
            if not isinstance(kind, (SortType, EnumType)) or self.layout.part_of(kind.cls) is None:
                self._refuse_recipient(scope, at, kind)
        found: list[Statement] = []
        for kind in reversed(kinds):
            assert isinstance(kind, (SortType, EnumType))
            receiver = self.layout.part_of(kind.cls)
            assert receiver is not None
            whom = recipient if len(kinds) == 1 else Narrow(recipient, kind)
            put = self._put(scope, node, call, (part, receiver), (own, whom), message)
            found = put if not found else [When(IsA(recipient, kind), tuple(put), tuple(found))]
        return found

    def _refuse_recipient(self, scope: Scope, at: ast.expr, kind: AnyType) -> None:
        there_are = ", ".join(f"`{part.sort.__name__}`" for part in self.layout.parts.values())
        if isinstance(kind, NoneType):
            help_ = f"test it first, as in `if {ast.unparse(at)} is not None:`"
            scope.fail("S505", at, "a message is sent to None", "may be None", help_)
        help_ = f"addresses are the members of {there_are}"
        shown = f"the integer `{kind.low}`" if isinstance(kind, IntType) and kind.low == kind.high else text_of(kind)
        shown = shown if shown.startswith("the integer") else f"a `{shown}`"
        scope.fail("S505", at, f"{shown} is no address of a node", "sent to whom?", help_)

    def _put(
        self,
        scope: Scope,
        node: ast.Expr,
        call: ast.Call,
        parts: tuple[Part, Part],
        ends: tuple[Expr, Expr],
        message: Expr,
    ) -> list[Statement]:
        sender, receiver = parts
        taken = self.layout.links.get((sender.name, receiver.name), ())
        assert not isinstance(message.type, ListType)
        for kind in alternatives_of(message.type):
            if isinstance(kind, RecordType) and kind.cls not in taken:
                self._refuse_unhandled(scope, call, kind.cls, sender, receiver, taken)
        name = link_name(sender.name, receiver.name)
        outer = scope.context.variables[name]
        assert isinstance(outer, MapType)
        assert isinstance(outer.value, MapType)
        held = outer.value.value
        target = Target(name, ends, held, (outer, outer.value))
        assert isinstance(held, (SetType, BagType, SeqType))
        element: Type = held.element
        link = places.read(scope, node, target)
        put = meaning_of(self.network).put(
            link, coerce(scope, message, element, call, "what is sent"), held, scope.span(node)
        )
        written: Statement = places.write(scope, node, target, put)
        if self.network.full == "drop" and self.network.capacity is not None:
            capacity = Literal(self.network.capacity, IntType(self.network.capacity, self.network.capacity))
            has_room = Below(Size(link, IntType(0, 10**9)), capacity)
            written = When(has_room, (written,), (dropping(name),))
        return self._unless_byzantine(scope, receiver, ends[1], self._unless_cut(scope, parts, ends, written))

    def _unless_byzantine(self, scope: Scope, receiver: Part, to: Expr, put: list[Statement]) -> list[Statement]:
        """What is sent, unless the recipient is Byzantine: nothing that it is told matters."""
        name = receiver.variable(IS_BYZANTINE)
        held = scope.context.variables.get(name)
        if held is None:
            return put
        is_byzantine = Lookup(Load(name, held), to, held.value) if isinstance(held, MapType) else Load(name, held)
        return [When(is_byzantine, (), tuple(put))]

    def _unless_cut(
        self, scope: Scope, parts: tuple[Part, Part], ends: tuple[Expr, Expr], put: Statement
    ) -> list[Statement]:
        """What is sent, unless the link is cut and loses it."""
        name = cut_name(parts[0].name, parts[1].name)
        table = scope.context.variables.get(name)
        if not self.is_lossy or not isinstance(table, MapType) or not isinstance(table.value, MapType):
            return [put]
        is_cut = Lookup(Lookup(Load(name, table), ends[0], table.value), ends[1], table.value.value)
        return [When(is_cut, (), (put,))]

    def _refuse_unhandled(
        self,
        scope: Scope,
        call: ast.Call,
        message: type,
        sender: Part,
        receiver: Part,
        taken: tuple[type[Message], ...],
    ) -> None:
        whom, what, who = receiver.cls.__name__, message.__name__, sender.sort.__name__
        takes = ", ".join(f"`{one.__name__}`" for one in taken) or "nothing"
        help_ = (
            f"write a handler in `{whom}`, which may do nothing: `def on_{what.lower()}(self, message: {what}, "
            f"sender: {who})`; it takes {takes} from `{who}`"
        )
        for name, method in inspect.getmembers_static(receiver.cls, inspect.isfunction):
            original = inspect.unwrap(method)
            first = [one for one in original.__annotations__ if one != "return"][:1]
            named = [str(original.__annotations__[one]).rpartition(".")[2].removesuffix("'>") for one in first]
            if named == [what] and role_of(original) is None:
                help_ = f"write `@on_message` above `{name}` of `{whom}`, which takes it and is no handler without"
        title = f"no handler of `{whom}` takes `{what}` from `{who}`"
        scope.fail("S506", call, title, "nobody receives this", help_)

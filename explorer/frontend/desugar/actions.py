"""The actions of a translated system: one for each step that its nodes or the environment can take."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any, get_args

from indoubt.explorer.frontend.desugar import quorum
from indoubt.explorer.frontend.desugar.awake import Awake
from indoubt.explorer.frontend.desugar.detectors.oracle import Oracle
from indoubt.explorer.frontend.desugar.faults import (
    amnesia,
    byzantine,
    crash,
    duplication,
    loss,
    partition,
    pause,
    restart,
    selected,
    torn,
)
from indoubt.explorer.frontend.desugar.functions import expression, made, needs_names_of_its_own, parameter, placed
from indoubt.explorer.frontend.desugar.places import Places
from indoubt.explorer.frontend.desugar.rewriting import sort_name
from indoubt.explorer.frontend.source import class_source
from indoubt.specs.language.delivery import Link
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.layout import ADDRESS, Handler, Part
from indoubt.specs.language.machine import Role
from indoubt.specs.language.steps import MESSAGE, RECEIVER, SENDER, Plan, Told, is_crash_of_amnesia, is_lossy
from indoubt.specs.language.watching import OTHER

Rewrite = Callable[[Part, FunctionType, str], tuple[ast.FunctionDef, FunctionType]]
"""A method of a node as one of the machine, under a name: its tree, and the function."""

ORIGIN = "self.origin"
"""A name for the sender of a message, of which a handler finds out nothing."""

SUMMARIES = {
    "crash": "A node crashes.",
    "byzantine": "A node is Byzantine: it may say anything.",
    "restart": "A node that has crashed comes back.",
    "amnesia": "A node that has crashed comes back, and has forgotten everything.",
    "pause": "A node takes no steps until it resumes.",
    "resume": "A node that was paused goes on.",
    "lose": "The network loses a message.",
    "forget": "The network loses a message.",
    "duplicate": "The network has a second copy of a message.",
    "partition": "The network is cut.",
    "heal": "The network is whole again.",
    "suspect": "A node suspects one that has crashed.",
    "suspect_wrongly": "A node suspects one that has not crashed.",
    "trust_again": "A node no longer suspects another one.",
    "trust": "A node trusts another one, or itself, to lead.",
    "spare": "The detector spares a node: it never crashes, and nobody suspects it.",
    "gst": "From now on the detector keeps its promise.",
}


class Actions:
    """Makes the actions; `variables` are the names of the state variables."""

    def __init__(
        self,
        places: Places,
        system: type,
        faults: Faults,
        variables: Mapping[str, Any],
        rewrite: Rewrite,
        oracle: Oracle | None = None,
        promised: Link | None = None,
    ) -> None:
        self.places = places
        self.system = system
        self.faults = faults
        self.variables = variables
        self._awake = Awake(places, variables)
        self.rewrite = rewrite
        self.oracle = oracle
        self.promised = promised

    def of(self, plan: Plan) -> Iterator[tuple[str, FunctionType]]:
        """The action of a plan, after the helper that it needs, if it needs one."""
        if plan.kind == "handle":
            yield from self._handling(plan)
        elif plan.kind in get_args(Told):
            yield plan.name, self._of_oracle(plan)
        elif plan.kind == "torn":
            yield from self._torn(plan)
        elif plan.kind == "lie":
            yield from self._lie(plan)
        elif plan.part is not None:
            yield from self._of_node(plan, plan.part)
        elif plan.link is None:
            yield plan.name, self._of_network(plan)
        else:
            tree, file = class_source(self.system)
            at = placed(ast.Pass(), tree)
            self.places.state = "self"
            sender, receiver = (sort_name({}, part) for part in plan.link)
            arguments = [parameter(SENDER, sender, at), parameter(RECEIVER, receiver, at)]
            arguments.append(parameter(MESSAGE, " | ".join(one.__name__ for one in self._messages(plan)), at))
            known = {one.__name__: one for one in self._messages(plan)}
            body = (duplication if plan.kind == "duplicate" else loss).body(self.places, plan, at)
            yield plan.name, self._environment(plan, tree, file, arguments, body, known)

    def _of_oracle(self, plan: Plan) -> FunctionType:
        """A step of the failure detector."""
        assert self.oracle is not None
        tree, file = class_source(self.system if plan.part is None else plan.part.cls)
        at = placed(ast.Pass(), tree)
        self.places.state = "self"
        is_many = plan.part is not None and plan.part.is_many
        own = [parameter(ADDRESS, self.places.sort(plan.part), at)] if plan.part is not None and is_many else []
        watch = self.oracle.watch
        targets = watch.watched if plan.part is None else watch.of(plan.part)
        other = [parameter(OTHER, " | ".join(map(self.places.sort, targets)), at)] if OTHER in plan.parameters else []
        return self._environment(plan, tree, file, [*own, *other], self.oracle.body(plan, at), {})

    def _of_network(self, plan: Plan) -> FunctionType:
        """A partition, or its end."""
        tree, file = class_source(self.system)
        at = placed(ast.Pass(), tree)
        self.places.state = "self"
        if plan.kind == "heal":
            return self._environment(plan, tree, file, [], partition.healed(self.places, at), {})
        how = self.faults.partitions
        assert how is not None
        is_lost = is_lossy(self.places.network_chosen, self.faults)
        body = partition.body(self.places, self.faults, is_lost, at)
        if self.faults.isolates:
            body = [*selected.isolated(self.places, self.faults, at), *body]
        return self._environment(plan, tree, file, partition.parameters(self.places, self.faults, at), body, {})

    def _messages(self, plan: Plan) -> tuple[type, ...]:
        assert plan.link is not None
        sender, receiver = plan.link
        return self.places.layout.links[sender.name, receiver.name]

    def _handling(self, plan: Plan) -> Iterator[tuple[str, FunctionType]]:
        handler, part = plan.handler, plan.part
        assert handler is not None
        assert part is not None
        tree, function = self.rewrite(part, handler.method, plan.name)
        at = placed(ast.Pass(), tree.args.args[0])
        self.places.state = tree.args.args[0].arg
        if handler.gathers:
            body = quorum.body(self.places, handler, tree, self._awake.up(part, at), cuts=self._cuts, at=at)
            yield plan.name, self._remade(quorum.without_messages(tree), body, function, plan.role)
            return
        there, take = self._received(part, handler, at)
        guards = [*self._awake.up(part, at), *there]
        take = [*take, *byzantine.begun(self.places, self.faults, at)]
        body = tree.body
        if take and needs_names_of_its_own(tree):
            # A `return` of the author ends the handler, and not the step: the message has still to be taken out.
            inner = f"{plan.name} body"
            yield inner, self._remade(tree, tree.body, function, None)
            body = [self._call(tree, inner, at)]
        action: Any = self._remade(tree, [*guards, *body, *take], function, plan.role)
        action.__indoubt_owed__ = self._owed(handler, at)
        yield plan.name, action

    def _owed(self, handler: Handler, at: ast.AST) -> ast.expr | None:
        """When a delivery is owed, where that is not always: links promise nothing of a sender that is down."""
        crashing = [one for one in handler.senders if one.variable("is_up") in self.variables]
        if self.promised is None or not crashing:
            return None
        sender = handler.parameters[1]
        tests: list[str] = []
        names: dict[str, str | ast.expr] = {"SENDER": sender, "ONE": "self.sender"}
        for number, part in enumerate(handler.senders):
            names |= {f"SORT{number}": self.places.sort(part), f"UP{number}": self.places.up(part, at)}
            up = "" if part not in crashing else f" and UP{number}[ONE]" if part.is_many else f" and UP{number}"
            tests.append(f"any(ONE == SENDER{up} for ONE in SORT{number})")
        return expression(" or ".join(tests), at, names)

    def _lie(self, plan: Plan) -> Iterator[tuple[str, FunctionType]]:
        """A handler that runs with what a Byzantine node says; who says it comes before what it says."""
        handler, part = plan.handler, plan.part
        assert handler is not None
        assert part is not None
        tree, function = self.rewrite(part, handler.method, plan.name)
        at = placed(ast.Pass(), tree.args.args[0])
        self.places.state = tree.args.args[0].arg
        name, origin = handler.parameters[1], list[ast.stmt]()
        if len(handler.senders) > 1:  # what the author finds out of the sender does not matter
            name, sender = ORIGIN, placed(ast.Name(handler.parameters[1], ast.Load()), at)
            origin = self.places.placed(
                "ORIGIN = SENDER", at, ORIGIN=placed(ast.Name(ORIGIN, ast.Load()), at), SENDER=sender
            )
        guards = [
            *self._awake.up(part, at),
            *self._not_cut(part, handler, at),
            *byzantine.said_by(self.places, self.faults, handler, at),
        ]
        heard = byzantine.heard(self.places, self.faults, handler, at, name)
        heard, body = [*heard, *byzantine.begun(self.places, self.faults, at)], tree.body
        if needs_names_of_its_own(tree):
            inner = f"{plan.name} body"
            yield inner, self._remade(tree, tree.body, function, None)
            body = [self._call(tree, inner, at)]
        arguments = {one.arg: one for one in tree.args.args}
        state = tree.args.args[0]
        tree.args = copy.copy(tree.args)
        tree.args.args = [state, *(arguments[one] for one in plan.parameters)]
        yield plan.name, self._remade(tree, [*origin, *guards, *body, *heard], function, plan.role)

    def _of_node(self, plan: Plan, part: Part) -> Iterator[tuple[str, FunctionType]]:
        """A crash or a restart; its parameters are the node and the choices of `@on_restart`."""
        tree, file = class_source(part.cls)
        at = placed(ast.Pass(), tree)
        self.places.state = "self"
        own = [parameter(ADDRESS, sort_name({}, part), at)] if part.is_many else []
        if plan.kind == "byzantine":
            guards = [*self._awake.up(part, at), *selected.guards(self.places, self.faults, part, at)]
            body = byzantine.turned(self.places, plan, at, guards)
            yield plan.name, self._environment(plan, tree, file, own, body, {})
            return
        stop = {"crash": crash, "pause": pause, "resume": pause}.get(plan.kind)
        if stop is not None:
            paused = self._awake.paused(part, at)
            if plan.kind == "crash":
                body = (
                    self._awake.honest(part, at) + self._may_crash(part, at) + crash.body(self.places, plan, at, paused)
                )
                body += byzantine.begun(self.places, self.faults, at)
                yield plan.name, self._environment(plan, tree, file, own, body, {})
                return
            guards = self._awake.honest(part, at) if plan.kind == "pause" else []
            guards += selected.guards(self.places, self.faults, part, at) if plan.kind == "pause" else []
            body = guards + stop.body(self.places, plan, at, paused)
            yield plan.name, self._environment(plan, tree, file, own, body, {})
            return
        back = amnesia if plan.kind == "amnesia" else restart
        if plan.handler is None:
            yield plan.name, self._environment(plan, tree, file, own, back.body(self.places, plan, at, []), {})
            return
        handler, function = self.rewrite(part, plan.handler.method, plan.name)
        self.places.state = handler.args.args[0].arg
        body = back.body(self.places, plan, placed(ast.Pass(), handler), handler.body)
        yield plan.name, self._remade(handler, body, function, plan.role)

    def _may_crash(self, part: Part, at: ast.AST) -> list[ast.stmt]:
        """The guards of a crash: it is one of those who may, and the detector can do without the node."""
        guards = [] if self.oracle is None else self.oracle.may_crash(part, at)
        return [*guards, *selected.guards(self.places, self.faults, part, at)]

    def _torn(self, plan: Plan) -> Iterator[tuple[str, FunctionType]]:
        """A handler in which its node crashes; `torn.with_crash_points` says later where it may."""
        handler, part = plan.handler, plan.part
        assert handler is not None
        assert part is not None
        tree, function = self.rewrite(part, handler.method, plan.name)
        at = placed(ast.Pass(), tree.args.args[0])
        self.places.state = tree.args.args[0].arg
        inner = f"{plan.name} body"
        yield inner, self._remade(tree, tree.body, function, None)
        call = self._call(tree, inner, at)
        if handler.role.kind == "on_restart":
            back = amnesia if is_crash_of_amnesia(plan) else restart
            body = back.body(self.places, plan, at, [call])
        elif handler.gathers:
            body = [*self._awake.up(part, at), *quorum.gathered(self.places, handler, cuts=self._cuts, at=at), call]
            tree = quorum.without_messages(tree)
        else:
            guards, take = self._received(part, handler, at)
            body = [*self._awake.up(part, at), *guards, call, *take]
        body = [*self._may_crash(part, at), *body]
        tree.args = copy.copy(tree.args)  # the helper has the parameters of the author alone
        tree.args.args = [*tree.args.args, *torn.parameters(self.places, at)]
        remade: FunctionType = self._remade(tree, torn.body(self.places, plan, at, body), function, plan.role)
        remade.__globals__.update(torn.names(self.places))
        yield plan.name, remade

    def _received(self, part: Part, handler: Handler, at: ast.AST) -> tuple[list[ast.stmt], list[ast.stmt]]:
        """The guards that a message is there, and what takes it out; nothing where a handler takes none."""
        if not handler.messages:
            return [], []
        guards, take = self._delivered(part, handler, at), self._taken(part, handler, at)
        if take and len(handler.senders) > 1:  # what the author finds out of the sender is no matter of the link
            origin = placed(ast.Name(handler.parameters[1], ast.Load()), at)
            guards = [*self.places.placed("ORIGIN = SENDER", at, ORIGIN=ORIGIN, SENDER=origin), *guards]
        return guards, take

    def _environment(
        self,
        plan: Plan,
        owner: ast.ClassDef,
        file: str,
        arguments: list[ast.arg],
        body: list[ast.stmt],
        names: Mapping[str, Any],
    ) -> FunctionType:
        """A step that no author has written; it is placed where the class is."""
        own = placed(ast.arg("self"), owner)
        given = ast.arguments([], [own, *arguments], None, [], [], None, [])
        tree = placed(ast.FunctionDef(plan.name, given, body, [], None, None), owner)
        return made(tree, file, self.places.known(names), plan.role, SUMMARIES[plan.kind])

    def _remade(self, tree: ast.FunctionDef, body: list[ast.stmt], like: Any, role: Role | None) -> FunctionType:
        """A method of a node with another body."""
        other = placed(ast.FunctionDef(tree.name, tree.args, body, tree.decorator_list, tree.returns, None), tree)
        function: Any = made(other, like.__indoubt_source__[1], self.places.known(like.__globals__), role, like.__doc__)
        function.__indoubt_part__, function.__indoubt_lost__ = like.__indoubt_part__, like.__indoubt_lost__
        whole: FunctionType = function
        return whole

    def _call(self, tree: ast.FunctionDef, inner: str, at: ast.AST) -> ast.stmt:
        state, *given = (placed(ast.Name(one.arg, ast.Load()), at) for one in tree.args.args)
        method = placed(ast.Attribute(state, inner, ast.Load()), at)
        return placed(ast.Expr(placed(ast.Call(method, [*given], []), at)), at)

    @property
    def _cuts(self) -> bool:
        """Whether links may be cut."""
        return bool(self.faults.budgets()["partitions"])

    def _links(self, part: Part, handler: Handler, at: ast.AST) -> list[ast.expr]:
        """The links to the node from each class of senders."""
        receiver = ADDRESS if part.is_many else self.places.only(part)
        return [self.places.link(one, part, at, (handler.parameters[1], receiver)) for one in handler.senders]

    def _delivered(self, part: Part, handler: Handler, at: ast.AST) -> list[ast.stmt]:
        """The guard that the message is there to be received."""
        message, sender = handler.parameters[:2]
        is_cut = "" if not self.faults.budgets()["partitions"] else "not CUT and "
        receiver = ADDRESS if part.is_many else self.places.only(part)
        if len(handler.senders) == 1:
            there = self.places.there(self._links(part, handler, at)[0], message, at)
            return [*self._not_cut(part, handler, at), *there]
        # One range for each class of senders: in this form the guard says which messages need to be tried.
        tests: list[str] = []
        names: dict[str, str | ast.expr] = {"MESSAGE": message, "SENDER": sender, "ONE": "self.sender"}
        for number, one in enumerate(handler.senders):
            there = is_cut.replace("CUT", f"CUT{number}") + self.places.kind.THERE.replace("LINK", f"LINK{number}")
            if is_cut:
                names[f"CUT{number}"] = self.places.cut(one, part, at, ("self.sender", receiver))
            tests.append(f"any(ONE == SENDER and {there} for ONE in SORT{number})")
            names[f"LINK{number}"] = self.places.link(one, part, at, ("self.sender", receiver))
            names[f"SORT{number}"] = self.places.sort(one)
        return self.places.placed(f"require({' or '.join(tests)})", at, **names)

    def _not_cut(self, part: Part, handler: Handler, at: ast.AST) -> list[ast.stmt]:
        """The guard that no partition cuts the link from the sender, where one may."""
        if not self._cuts:
            return []
        sender, receiver = handler.parameters[1], ADDRESS if part.is_many else self.places.only(part)
        if len(handler.senders) == 1:
            cut = self.places.cut(handler.senders[0], part, at, (sender, receiver))
            return self.places.placed("require(not CUT)", at, CUT=cut)
        names: dict[str, str | ast.expr] = {"SENDER": sender, "ONE": "self.sender"}
        tests: list[str] = []
        for number, one in enumerate(handler.senders):
            names[f"CUT{number}"] = self.places.cut(one, part, at, ("self.sender", receiver))
            names[f"SORT{number}"] = self.places.sort(one)
            tests.append(f"any(ONE == SENDER and not CUT{number} for ONE in SORT{number})")
        return self.places.placed(f"require({' or '.join(tests)})", at, **names)

    def _taken(self, part: Part, handler: Handler, at: ast.AST) -> list[ast.stmt]:
        """What takes the message out of the network."""
        if not self.places.kind.TAKE:
            return []
        message = handler.parameters[0]
        sender = handler.parameters[1] if len(handler.senders) == 1 else ORIGIN
        receiver = ADDRESS if part.is_many else self.places.only(part)
        found: list[ast.stmt] = []
        for one in reversed(handler.senders):
            link = self.places.link(one, part, at, (sender, receiver))
            take = self.places.network(self.places.kind.TAKE, link, message, at)
            if found:
                (test,) = self.places.placed(
                    "if isinstance(ORIGIN, SORT):\n    pass", at, ORIGIN=ORIGIN, SORT=self.places.sort(one)
                )
                assert isinstance(test, ast.If)
                test.body, test.orelse = take, found
                found = [test]
            else:
                found = take
        return found

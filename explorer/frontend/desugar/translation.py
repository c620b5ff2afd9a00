"""The translation of a system into a state machine: a class that the frontend lowers as it lowers any spec.

Fields of nodes become variables, `phase` of `rms: Map[RM, ResourceManager]` the map `rms.phase`. Each link from a class
of nodes to another that takes messages from it is a variable as well. A handler becomes an action whose first guard
says that the message is there; its last write takes the message out, where the network is one that consumes.
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Container, Iterator, Mapping
from types import FunctionType
from typing import Any, TypeVar

from indoubt.explorer.frontend.declared import Declared, check_class
from indoubt.explorer.frontend.desugar import mistakes
from indoubt.explorer.frontend.desugar.actions import Actions
from indoubt.explorer.frontend.desugar.detectors.asking import Asking
from indoubt.explorer.frontend.desugar.detectors.oracle import Oracle
from indoubt.explorer.frontend.desugar.faults import late_disk, once, torn
from indoubt.explorer.frontend.desugar.functions import made, placed
from indoubt.explorer.frontend.desugar.places import Places
from indoubt.explorer.frontend.desugar.rewriting import OfNode, names_with_sorts
from indoubt.explorer.frontend.desugar.sending import Sender
from indoubt.explorer.frontend.desugar.viewing import OfSystem
from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.frontend.source import function_source, span_of
from indoubt.explorer.ir.machine import Machine
from indoubt.specs.language.annotations import evaluated
from indoubt.specs.language.declarations import OURS, names_in_scope
from indoubt.specs.language.disks import asked_fields, asked_name, synced_fields, synced_name
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.guards import expect, require
from indoubt.specs.language.layout import ADDRESS, Layout, Part, layout_of
from indoubt.specs.language.machine import Spec, marked, role_of
from indoubt.specs.language.nodes import RESERVED
from indoubt.specs.language.selectors import lying_parts
from indoubt.specs.language.steps import Plan
from indoubt.specs.language.survey import closure
from indoubt.specs.language.systems import System, all_plans, configured
from indoubt.specs.language.types import NotFinite
from indoubt.specs.language.variants import meanings
from indoubt.specs.language.wrong_systems import WrongSystem


@dataclass(frozen=True)
class Translation:
    """A system as a state machine, with the mistakes found on the way."""

    spec: type[Spec]
    layout: Layout
    declared: Declared
    sending: Sender
    plans: tuple[Plan, ...]
    faults: Faults

    def finished(self, machine: Machine) -> Machine:
        """The machine with what is said of its statements, and not of the author's."""
        counted = torn.with_crash_points(machine, self.plans, self.layout)
        counted = once.with_each_cut_once(counted, self.layout, self.faults)
        return late_disk.with_late_disk(counted, self.plans, self.layout, self.faults)

    def told(self, found: list[Diagnostic]) -> list[Diagnostic]:
        """Mistakes of the machine in the words of the system."""
        return [mistakes.in_words_of_nodes(one, self.layout) for one in found]


def known_system(spec: type[Spec]) -> type[Spec]:
    """A spec as it stands, or a system under its own network. Raises SpecError where that is not possible."""
    if not issubclass(spec, System) or spec.__system__ is not None or spec is System:
        return spec
    try:
        return configured(spec)
    except WrongSystem as error:
        raise SpecError(mistakes.located(error.mistakes)) from None


def translated(system: type[System]) -> Translation:
    """The translation of a system. Raises SpecError where its classes make no sense."""
    chosen = known_system(system)
    assert issubclass(chosen, System)
    raw = chosen.__system__
    assert raw is not None
    return _Translating(chosen, raw).done()


class _Translating:
    def __init__(self, chosen: type[System], raw: type[System]) -> None:
        self.chosen = chosen
        self.raw = raw
        self.layout = layout_of(raw)
        self.declared = Declared()
        self.members: dict[str, Any] = {}
        self.crashing = frozenset(
            part.name for part in self.layout.parts.values() if part.variable("is_up") in chosen.__declarations__
        )
        self.lying = frozenset(part.name for part in lying_parts(self.layout, chosen.__faults__))
        self.asking = Asking(chosen.__detector__, chosen.__watch__)

    def done(self) -> Translation:
        self._check_classes()
        for name in self.chosen.__declarations__:
            if hasattr(self.chosen, name):
                self.members[name] = getattr(self.chosen, name)
        for part in self.layout.parts.values():
            self._helpers(part)
        self._methods_of_system()
        places = Places(self.layout, self.chosen.__network__, self.chosen.__volatile__, self.crashing)
        for part in self.layout.parts.values():
            places.synced[part.name] = synced_fields(self.layout, part, self.chosen.__faults__)
            places.asked[part.name] = asked_fields(self.layout, part, self.chosen.__faults__)
        watch, faults = self.chosen.__watch__, self.chosen.__faults__
        oracle = None if watch is None else Oracle(places, watch, self.crashing, bool(faults.budgets()["partitions"]))
        promised = self.chosen.__promised__
        actions = Actions(places, self.raw, faults, self.chosen.__declarations__, self._of_node, oracle, promised)
        plans = all_plans(self.layout, faults, watch, promised)
        for plan in plans:
            if (
                plan.handler is None
                or plan.handler.name not in self.declared.refused
                or plan.kind in ("restart", "amnesia")
            ):
                for name, function in actions.of(plan):
                    self.members[name] = function
        self._restarts_that_never_happen()
        spec = self._made()
        sending = Sender(self.layout, self.chosen.__network__, self.chosen.__faults__)
        return Translation(spec, self.layout, self.declared, sending, plans, faults)

    def _restarts_that_never_happen(self) -> None:
        """What nodes would do when they come back, for its mistakes to be told where no run restarts them."""
        for handler in self.layout.handlers:
            if handler.role.kind == "on_restart":
                source = function_source(handler.method)
                tree, file = source.tree, source.file
                guards = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and _is_guard(one, handler.method)]
                for guard in guards[:1]:
                    title = f"`{handler.method.__name__}` has a guard, and a node that comes back does so first"
                    help_ = "write `if`; what may be put off is a step of its own, an `@on_timeout` with a guard"
                    mistake = Diagnostic("S504", title, span_of(guard, file), "a guard here", help_)
                    self.declared.refuse(handler.name, mistake)
                if not self.chosen.__faults__.returns:
                    function = self._of_node(handler.part, handler.method, handler.name)[1]
                    self.members[handler.name] = marked(function, handler.role)

    def _made(self) -> type[Spec]:
        names: dict[str, Any] = {}
        for part in self.layout.parts.values():
            names |= names_in_scope(part.cls)
        names |= names_in_scope(self.raw)
        own = {
            "__module__": self.raw.__module__,
            "__system__": self.raw,
            "__declarations__": self.chosen.__declarations__,
            "__links__": self.chosen.__links__,
            "__disks__": self.chosen.__disks__,
            "__open__": self.chosen.__open__,
            "__parts__": tuple(part.cls for part in self.layout.parts.values()),
        }
        spec: Any = type(self.raw.__name__, (Spec,), {**self.members, **own})
        spec.__names__ = {name: value for name, value in names.items() if not name.startswith("__")}
        if "__scope__" in vars(spec):
            del spec.__scope__
        translation: type[Spec] = spec
        return translation

    def _check_classes(self) -> None:
        of_system = check_class(self.raw)
        self.declared.mistakes += of_system.mistakes
        self.declared.refused |= of_system.refused
        for part in self.layout.parts.values():
            of_node = check_class(part.cls)
            self.declared.mistakes += of_node.mistakes
            self.declared.refused |= {part.variable(name): one for name, one in of_node.refused.items()}

    def _helpers(self, part: Part) -> None:
        """The helpers of the nodes of a part, and the classes that stand inside of theirs."""
        for name, value in _members(part.cls, RESERVED):
            if isinstance(value, type):
                self.members[part.variable(name)] = value
            elif isinstance(value, FunctionType) and role_of(value) is None:
                method: Any = inspect.unwrap(value)
                self.members[part.variable(name)] = self._of_node(part, method, part.variable(name))[1]

    def _of_node(self, part: Part, method: FunctionType, name: str) -> tuple[ast.FunctionDef, FunctionType]:
        """A method of a node, rewritten: it takes the address of the node, where there are several."""
        source = function_source(method)
        tree = copy.deepcopy(source.tree)
        names = {**method.__globals__, **closure(method)}
        owner = tree.args.args[0].arg if tree.args.args else ""
        faults = self.chosen.__faults__
        synced = {name: asked_name(name) for name in asked_fields(self.layout, part, faults)}
        if not faults.has_late_disks:
            synced = {name: synced_name(name) for name in synced_fields(self.layout, part, faults)}
        rewriting = OfNode(self.layout, self.crashing, names, source.file, part, owner, synced)
        rewriting.asking, rewriting.lying = self.asking, self.lying
        tree.body = [one for written in tree.body for one in _listed(rewriting.visit(written))]
        tree.name = name
        if part.is_many:
            at = tree.args.args[0]
            tree.args.args.insert(1, placed(ast.arg(ADDRESS, rewriting.addresses(at, part)), at))
        function: Any = made(tree, source.file, names_with_sorts(names, self.layout), None, method.__doc__)
        function.__indoubt_lost__, function.__indoubt_part__ = rewriting.lost, part
        return tree, function

    def _methods_of_system(self) -> None:
        for name, value in _members(self.raw, vars(System)):
            if isinstance(value, type):
                self.members[name] = value
            elif isinstance(value, FunctionType):
                self._method_of_system(name, inspect.unwrap(value))

    def _method_of_system(self, name: str, method: Any) -> None:
        source = function_source(method)
        tree = copy.deepcopy(source.tree)
        names = {**method.__globals__, **closure(method)}
        role = role_of(method)
        states = 2 if role is not None and role.kind == "step_invariant" else 1
        arguments = tree.args.args
        rewriting = OfSystem(
            self.layout, self.crashing, names, source.file, tuple(argument.arg for argument in arguments[:states])
        )
        rewriting.asking, rewriting.lying = self.asking, self.lying
        for argument in arguments[states:]:
            part = self._part_named(argument, {**names_in_scope(self.raw), **names})
            if part is not None:
                rewriting.parameter(argument, part)
        tree.body = [rewriting.visit(one) for one in tree.body]
        function: Any = made(tree, source.file, names_with_sorts(names, self.layout), role, method.__doc__)
        function.__indoubt_lost__ = rewriting.lost
        self.members[name] = function

    def _part_named(self, argument: ast.arg, names: Mapping[str, Any]) -> Part | None:
        """The nodes that a parameter of a helper of the system is one of, by its annotation."""
        if argument.annotation is None:
            return None
        try:
            cls = evaluated(ast.unparse(argument.annotation), names)
        except (NotFinite, LookupError):
            return None  # told where the helper is lowered
        cls = meanings(self.raw).get(cls, cls) if isinstance(cls, TypeVar) else cls
        fitting = [one for one in self.layout.parts.values() if isinstance(cls, type) and issubclass(one.cls, cls)]
        # A variant of a system has nodes of a subclass; a base class of several classes of nodes names none of them.
        return next((one for one in fitting if one.cls is cls), fitting[0] if len(fitting) == 1 else None)


def _listed(found: ast.stmt | list[ast.stmt]) -> list[ast.stmt]:
    return found if isinstance(found, list) else [found]


def _is_guard(call: ast.Call, method: FunctionType) -> bool:
    return isinstance(call.func, ast.Name) and method.__globals__.get(call.func.id) in (require, expect)


def _members(cls: type, reserved: Container[str]) -> Iterator[tuple[str, Any]]:
    """The functions and classes of an author's class, those of base classes first."""
    found: dict[str, Any] = {}
    for owner in reversed(cls.__mro__):
        if owner is not object and owner.__module__ not in OURS:
            found |= {name: value for name, value in vars(owner).items() if not name.startswith("__")}
    for name, value in found.items():
        if isinstance(value, (FunctionType, type)) and name not in reserved:
            yield name, value

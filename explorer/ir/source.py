"""A typed machine as a spec: the source of a class that can be saved, read, changed and checked.

Sizes, parameters and bounds are those of the run, capacities are named in the command that the text begins with. What
has no form in the language is refused by `NoSource`, with the reason: nothing is left out.
"""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum

from indoubt.explorer.ir.expressions import And, Below, Bounded, Combine, Expr, Literal, Not, Remove, SetLiteral
from indoubt.explorer.ir.machine import Action, Machine, Temporal
from indoubt.explorer.ir.rehearsal import as_it_can_be_written
from indoubt.explorer.ir.returns import without_returns
from indoubt.explorer.ir.sequences import BagChange, Capped, Concat, RemoveAt, SeqLiteral
from indoubt.explorer.ir.source_expressions import (
    NoSource,
    Writer,
    are_apart,
    identifier,
    is_enum_like,
    local_name,
)
from indoubt.explorer.ir.statements import (
    Assert,
    Assign,
    Bind,
    Block,
    ForEach,
    Require,
    Return,
    Statement,
    Target,
    When,
)
from indoubt.explorer.ir.types import ListType
from indoubt.explorer.ir.walk import types_of
from indoubt.specs import language
from indoubt.specs.language.fairness import Fairness
from indoubt.specs.language.sorts import Ordered, Ring, Sort, size_of
from indoubt.specs.language.types import (
    BagType,
    EnumType,
    MapType,
    PermutationType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    Type,
    UnionType,
    type_text,
)
from indoubt.specs.language.universe import Universe, within
from indoubt.specs.language.values import Message

NAMES = sorted(set(language.__all__))
"""What of the language a text may use."""
UNOWED = "not_owed"
"""How the name of a step ends that is a step of an action where fairness does not demand it."""


def source_of(machine: Machine, command: str, bounds: Mapping[str, int], quorums: str = "") -> str:
    """The source of a spec that means the same machine; `command` is how it was asked for, `bounds` are its capacities.

    `quorums` is the quorum system that its run has to choose, if it is no majority. Raises NoSource.
    """
    with within(Universe(machine.sizes)):
        return _Source(machine, command, bounds, quorums).text()


def capacities_of(machine: Machine, bounds: Mapping[str, int]) -> dict[str, int]:
    """How many elements the sequences and bags of a machine hold, by the names that its source gives them."""
    names = _distinct([one.name for one in machine.variables])
    holding = [one.name for one in machine.variables if any(isinstance(t, SeqType | BagType) for t in types_of(one))]
    return {names[name]: bounds[name] for name in holding}


class _Source:
    def __init__(self, machine: Machine, command: str, bounds: Mapping[str, int], quorums: str) -> None:
        self.bounds = bounds
        self.quorums = quorums
        self.machine = machine
        self.command = command
        self.variables = _distinct([one.name for one in machine.variables])
        self.write = Writer(self.variables)
        self.classes: dict[type, Type] = {}

    def text(self) -> str:
        body = [*self._variables()]
        for kind, actions in (("initial", self.machine.initial), ("action", self.machine.actions)):
            for one in (part for action in actions for part in self._where_owed(action)):
                if self._never(one):
                    body += ["", f"# `{identifier(one.name)}` is left out: with these settings it is never enabled"]
                else:
                    body += ["", *self._action(kind, one)]
        for kind, properties in (("", self.machine.properties), ("constraint", self.machine.constraints)):
            for prop in properties:
                after = ", after: Self" if prop.kind == "step_invariant" else ""
                head = [f"@{kind or prop.kind}", f"def {identifier(prop.name)}(self{after}) -> bool:"]
                body += ["", *head, *_claim(prop.claim, prop.name), f"    return {self.write.plain(prop.condition)}"]
        for view in self.machine.views:
            seen = ", ".join(map(self.write.plain, view.parts))
            head = ["@view", f"def {identifier(view.name)}(self) -> object:"]
            body += ["", *head, *_claim(view.claim, view.name), f"    return {seen}"]
        for promise in self.machine.temporal:
            body += ["", *self._promise(promise)]
        name = identifier(self.machine.name)
        whole = [f"class {name}(Spec):", *(f"    {line}" if line else "" for line in body)]
        for type_ in self.write.types:
            self._type(type_)
        named = {found[1] for found in re.finditer(r"\b(\w+)\.\1\d+\b", "\n".join(whole))}
        declared = list(self._classes(named))
        return "\n".join([*self._head([*declared, *whole]), *declared, "", "", *whole])

    def _head(self, lines: Sequence[str]) -> Iterator[str]:
        words = set(re.findall(r"\w+", "\n".join(lines)))
        given = "".join(f" {name}={size}" for name, size in capacities_of(self.machine, self.bounds).items())
        given += f" {shlex.quote(f'quorums={self.quorums}')}" if self.quorums else ""
        yield f'"""What `{self.command}` stands for, as a state machine.'
        yield ""
        yield f"Check it with `indoubt check FILE{given}`; sizes, parameters and bounds are those of the command."
        yield '"""'
        yield from ("", "from __future__ import annotations", "")
        if any(re.match(r"class \w+\(Enum\)", line) for line in lines):
            yield "from enum import Enum"
        typing = [name for name in ("Annotated", "Self") if name in words]
        if typing:
            yield f"from typing import {', '.join(typing)}"
        yield from ("", "from indoubt.specs.language import (")
        own = {cls.__name__ for cls in self.classes}
        yield from (f"    {name}," for name in NAMES if name in words and name not in own)
        yield ")"

    # ---- declarations

    def _variables(self) -> Iterator[str]:
        for one in self.machine.variables:
            value = "" if one.value is None else f" = {self.write.text(one.value)}"
            yield f"{self.variables[one.name]}: {self._type(one.type)}{value}"

    def _type(self, type_: Type) -> str:
        """A type as it is written, whose classes are declared above."""
        match type_:
            case EnumType(cls) | SortType(cls):
                self._declare(cls, type_)
            case RecordType(cls, fields):
                for _, inner in fields:
                    self._type(inner)
                self._declare(cls, type_)
            case UnionType(alternatives):
                for one in alternatives:
                    self._type(one)
            case MapType(key, value):
                self._type(key)
                self._type(value)
            case QuorumType(sort, _, phase):
                text = f"Quorum[{self._type(sort)}]"
                return text if phase is None else f"Annotated[{text}, Phase({phase!r})]"
            case PermutationType(of):
                self._type(of)
            case SetType(element) | SeqType(element) | BagType(element):
                self._type(element)
            case _:
                pass
        return type_text(type_)

    def _declare(self, cls: type, type_: Type) -> None:
        same = next((one for one in self.classes if one.__name__ == cls.__name__ and one is not cls), None)
        if same is not None:
            raise NoSource(f"two classes are called {cls.__name__}, of {same.__module__} and of {cls.__module__}")
        self.classes.setdefault(cls, type_)

    def _classes(self, named: Container[str]) -> Iterator[str]:
        """Sorts, enums and records, in the order in which they are needed; `named` are those whose members are."""
        for cls, type_ in self.classes.items():
            yield from ("", "")
            if isinstance(type_, RecordType):
                yield f"class {cls.__name__}({'Message' if issubclass(cls, Message) else 'Record'}):"
                yield from [f"    {name}: {type_text(field)}" for name, field in type_.fields] or ["    pass"]
            elif issubclass(cls, Enum):
                yield f"class {cls.__name__}(Enum):"
                yield from (f"    {name} = {number}" for number, name in enumerate(cls.__members__))
            elif issubclass(cls, Sort) and (is_enum_like(cls) or cls.__name__ in named):
                yield f"class {cls.__name__}(Enum):"
                yield from (f"    {cls.__name__}{number} = {number}" for number in range(size_of(cls)))
            else:
                assert issubclass(cls, Sort)
                base = "Ordered" if issubclass(cls, Ordered) else "Ring" if issubclass(cls, Ring) else "Sort"
                yield f"class {cls.__name__}({base}, size={size_of(cls)}):"
                yield "    pass"

    # ---- actions and promises

    def _never(self, action: Action) -> bool:
        """Whether a guard of an action is false, whatever the state."""
        guards = [one.condition for one in action.body if isinstance(one, Require)]
        parts = [part for one in guards for part in (one.operands if isinstance(one, And) else (one,))]
        return any(isinstance(one, Below | Literal) and self.write.text(one) == "False" for one in parts)

    def _where_owed(self, action: Action) -> Iterator[Action]:
        """An action as one step where fairness may demand it, and as another one where it may not.

        Fairness of `a` where `p` holds is fairness of the step that is `a` with the guard `p`.
        """
        if action.owed is None or not self.machine.temporal:
            yield action
            return
        guards = tuple(itertools.takewhile(lambda one: isinstance(one, Require), action.body))
        rest = action.body[len(guards) :]
        owed, not_owed = (Require(one, action.span) for one in (action.owed, Not(action.owed)))
        yield replace(action, body=(*guards, owed, *rest), owed=None)
        yield replace(action, name=f"{action.name}.{UNOWED}", body=(*guards, not_owed, *rest), owed=None, fairness=None)

    def _action(self, kind: str, action: Action) -> Iterator[str]:
        action = as_it_can_be_written(action)
        body = without_returns(action.body, [one.local.name for one in action.choices])
        names = {one.local.name.partition("#")[0]: local_name(one.local) for one in action.choices}
        given = [f"fault=Fault.{action.fault.name}"] if action.fault is not None else []
        given += [f'by="{names.get(action.by, action.by)}"'] if action.by is not None else []
        given += [f"fairness={_fairness(action.fairness, names)}"] if action.fairness is not None else []
        parameters = "".join(f", {local_name(one.local)}: {self._type(one.range)}" for one in action.choices)
        yield f"@{kind}" + (f"({', '.join(given)})" if given else "")
        yield f"def {identifier(action.name)}(self{parameters}) -> None:"
        yield from _claim(action.summary, action.name)
        self.write.known.clear()
        yield from self._block(body, 1)

    def _promise(self, one: Temporal) -> Iterator[str]:
        names = [local_name(choice.local) for choice in one.choices]
        parameters = "".join(f", {name}: {self._type(c.range)}" for name, c in zip(names, one.choices, strict=True))
        is_pair = one.kind == "leads_to"
        yield f"@{one.kind}" + ("" if one.some is None else f'(some="{names[one.some]}")')
        yield f"def {identifier(one.name)}(self{parameters}) -> {'tuple[bool, bool]' if is_pair else 'bool'}:"
        yield from _claim(one.claim, one.name)
        trigger = f"{self.write.plain(one.trigger)}, " if is_pair else ""
        yield f"    return {trigger}{self.write.plain(one.goal)}"

    def _block(self, body: Iterable[Statement], depth: int) -> list[str]:
        lines = [line for one in body for line in self._statement(one, depth)]
        return lines or ["    " * depth + "pass"]

    def _statement(self, statement: Statement, depth: int) -> Iterator[str]:
        indent, text = "    " * depth, self.write.plain
        match statement:
            case Require(condition):
                yield f"{indent}require({text(condition)})"
            case Assign(target, value):
                yield indent + self._assigned(target, value)
            case Bind(local, value):
                given = text(value)
                is_open = given in ("None", "empty()", "Seq()", "Bag()")
                says = "" if isinstance(local.type, ListType) or not is_open else f": {self._type(local.type)}"
                yield f"{indent}{local_name(local)}{says} = {given}"
            case When(condition, (), otherwise) if otherwise:
                yield f"{indent}if {text(Not(condition))}:"
                yield from self._block(otherwise, depth + 1)
            case When(condition, then, otherwise):
                yield f"{indent}if {text(condition)}:"
                yield from self._block(then, depth + 1)
                if otherwise:
                    yield f"{indent}else:"
                    yield from self._block(otherwise, depth + 1)
            case ForEach(local, domain, body):
                yield f"{indent}for {local_name(local)} in {self.write.domain(domain)}:"
                yield from self._block(body, depth + 1)
            case Assert(condition):
                yield f"{indent}assert {text(condition)}"
            case Block() | Return():
                raise AssertionError(statement)

    def _assigned(self, target: Target, value: Expr) -> str:
        """A write, by a method of the container where that says it."""
        place = f"self.{self.variables[target.variable]}" + "".join(f"[{self.write.text(key)}]" for key in target.path)
        while isinstance(value, Capped):
            value = value.value
        if isinstance(value, Bounded) and are_apart(value.value.type, value.type):
            return "require(False)"  # what is written would leave the interval in every state: no step gets here
        changed = _change(value)
        if changed is not None and self.write.text(changed[1]) == place:
            return f"{place}.{changed[0]}({self.write.plain(changed[2])})"
        return f"{place} = {self.write.plain(value)}"


def _change(value: Expr) -> tuple[str, Expr, Expr] | None:
    """The method of a container that makes a value, of which container, and with what; None where there is none."""
    match value:
        case BagChange(operator, base, argument):
            return operator, base, argument
        case Remove(base, argument):
            return "remove", base, argument
        case Combine("|", base, SetLiteral((argument,))):
            return "add", base, argument
        case Combine("-", base, SetLiteral((argument,))):
            return "discard", base, argument
        case Concat(base, SeqLiteral((argument,))):
            return "append", base, argument
        case RemoveAt(base, argument):
            return "remove_at", base, argument
        case _:
            return None


def _distinct(names: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        text = identifier(name)
        while text in found.values():
            text += "_"
        found[name] = text
    return found


def _claim(text: str, name: str) -> list[str]:
    return [f'    """{text}"""'] if text and text != name and '"""' not in text else []


def _fairness(fairness: Fairness, names: dict[str, str]) -> str:
    parameters = [f'"{names.get(one, one)}"' for one in fairness.parameters]
    group = [] if fairness.group is None else [f'group="{fairness.group}"']
    return f"{fairness.kind}({', '.join([*parameters, *group])})"

"""Random specs as source text: types, guards, updates, quantifiers, helpers, everything the language has.

Each is a file that Python imports, so that the same text is run as plain Python and lowered to a machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]

HEADER = """
from __future__ import annotations
from enum import Enum
from typing import Annotated
from indoubt.specs.language import *


class Node(Sort): ...


class Rank(Ordered): ...


class Color(Enum):
    RED, GREEN, BLUE = range(3)


class Hello(Message):
    sender: Node
    color: Color


class Bye(Message):
    rank: Rank


class Machine(Spec):
"""

TYPES = {
    "bool": "False",
    "Color": "Color.RED",
    "Rank | None": "None",
    "Color | None": "None",
    "Annotated[int, Between(0, 3)]": "1",
    "Set[Node]": "empty()",
    "Set[Hello | Bye]": "empty()",
    "Map[Node, bool]": "every(False)",
    "Map[Node, Color | None]": "every(None)",
    "Map[Node, Annotated[int, Between(0, 3)]]": "every(2)",
    "Map[Node, Set[Color]]": "every(empty())",
    "Seq[Color]": "empty()",
    "Map[Node, Seq[Color]]": "every(empty())",
    "Bag[Hello | Bye]": "empty()",
}
INT = "Annotated[int, Between(0, 3)]"


@dataclass
class Names:
    """What can be read at a place in a spec: variables and locals by type."""

    variables: dict[str, str]
    locals: dict[str, str] = field(default_factory=dict)
    fresh: int = 0

    def of(self, type_: str) -> list[str]:
        """Expressions of a type that are only names."""
        own = [f"self.{name}" for name, one in self.variables.items() if one == type_]
        return own + [name for name, one in self.locals.items() if one == type_]

    def maps(self, value: str) -> list[str]:
        """Variables that are maps from Node to a type."""
        return [f"self.{name}" for name, one in self.variables.items() if one == f"Map[Node, {value}]"]


def expression(draw: Draw, names: Names, type_: str, depth: int) -> str:
    """The text of an expression of a type."""
    choices = list(names.of(type_))
    nodes = names.of("Node")
    if nodes:
        choices += [f"{map_}[{node}]" for map_ in names.maps(type_) for node in nodes]
    choices += _literals(type_)
    if depth > 0:
        choices += _compound(draw, names, type_, depth - 1)
    chosen: str = draw(st.sampled_from(choices))
    return chosen


def _literals(type_: str) -> list[str]:
    match type_:
        case "bool":
            return ["True", "False"]
        case "Color":
            return ["Color.RED", "Color.GREEN"]
        case "Rank":
            return ["first(Rank)", "last(Rank)"]
        case "Rank | None" | "Color | None":
            return ["None"]
        case "Annotated[int, Between(0, 3)]":
            return ["0", "2", "3"]
        case _:
            return []


def _compound(draw: Draw, names: Names, type_: str, depth: int) -> list[str]:
    def of(inner: str) -> str:
        return expression(draw, names, inner, depth)

    def ranging(template: str, wanted: str, over: str, local_type: str) -> str:
        names.fresh += 1
        local = f"x{names.fresh}"
        names.locals[local] = local_type
        body = expression(draw, names, wanted, depth)
        del names.locals[local]
        return template.format(body=body, local=local, over=over)

    # Only one alternative is built: building all of them would take time exponential in the depth.
    built: list[Callable[[], str]] = []
    match type_:
        case "bool":
            built = [
                lambda: f"(not {of('bool')})",
                lambda: f"({of('bool')} and {of('bool')})",
                lambda: f"({of('bool')} or {of('bool')})",
                lambda: f"({of('bool')} if {of('bool')} else {of('bool')})",
                lambda: f"({of('Color')} is {of('Color')})",
                lambda: f"({of('Color | None')} == {of('Color')})",
                lambda: f"({of('Color | None')} is not None)",
                lambda: f"({of(INT)} {draw(st.sampled_from(['<', '<=', '>', '>=', '==', '!=']))} {of(INT)})",
                lambda: f"before({of('Rank | None')}, {of('Rank | None')})",
                lambda: ranging("any({body} for {local} in {over})", "bool", "Node", "Node"),
                lambda: ranging("all({body} for {local} in {over})", "bool", "Node", "Node"),
                lambda: ranging("any({body} for {local} in Rank if {local} != last(Rank))", "bool", "Rank", "Rank"),
                *(
                    (lambda kept=kept: ranging("all({body} for {local} in {over})", "bool", kept, "Node"))
                    for kept in names.of("Set[Node]")
                ),
                *(
                    (lambda node=node, kept=kept: f"({node} in {kept})")
                    for node in names.of("Node")
                    for kept in names.of("Set[Node]")
                ),
                *((lambda kept=kept: f"(len({kept}) > 0)") for kept in names.of("Set[Node]")),
                *((lambda log=log: f"({of('Color')} in {log})") for log in _sequences(names)),
                *((lambda log=log: f"({log}[:1].is_prefix_of({log}))") for log in _sequences(names)),
                *((lambda log=log: f"all({log}[i] == c for i, c in enumerate({log}))") for log in _sequences(names)),
                *((lambda log=log: f"(len({log}) > 0 and {log}[-1] is {of('Color')})") for log in _sequences(names)),
                *((lambda bag=bag: f"(Bye(first(Rank)) in {bag})") for bag in names.of("Bag[Hello | Bye]")),
                *(
                    (lambda node=node, msgs=msgs: f"(Hello({node}, {of('Color')}) in {msgs})")
                    for node in names.of("Node")
                    for msgs in names.of("Set[Hello | Bye]")
                ),
                *(
                    (lambda table=table: f"all(item is not None for item in {table}.values())")
                    for table in names.maps("Color | None")
                ),
            ]
        case "Color":
            built = [
                lambda: f"({of('Color')} if {of('bool')} else {of('Color')})",
                *(
                    (lambda name=name: f"({name} if {name} is not None else {of('Color')})")
                    for name in names.of("Color | None")
                ),
            ]
        case "Color | None":
            built = [lambda: of("Color"), lambda: f"({of('Color')} if {of('bool')} else None)"]
        case "Rank | None":
            built = [lambda: of("Rank")]
        case "Annotated[int, Between(0, 3)]":
            built = [
                lambda: f"min({of(INT)}, {of(INT)})",
                lambda: f"max({of(INT)}, {of(INT)})",
                lambda: f"({of(INT)} + {of(INT)})",
                lambda: f"({of(INT)} - {of(INT)})",
                lambda: f"({of(INT)} * 2)",
                lambda: f"({of(INT)} % 2)",
                lambda: f"(-{of(INT)} % 3)",
                lambda: f"(2 + -{of(INT)} // 2)",
                lambda: f"abs({of(INT)} - {of(INT)})",
                *(
                    (lambda kept=kept: ranging("max(({body} for {local} in {over}), default=1)", INT, kept, "Node"))
                    for kept in names.of("Set[Node]")
                ),
                *((lambda log=log: f"len({log})") for log in _sequences(names)),
                *((lambda log=log: f"{log}.count(Color.RED)") for log in _sequences(names)),
                *((lambda bag=bag: f"min(3, len({bag}))") for bag in names.of("Bag[Hello | Bye]")),
                lambda: ranging("sum(1 for {local} in {over} if {body})", "bool", "Node", "Node"),
                lambda: ranging("len({{{local} for {local} in {over} if {body}}})", "bool", "Node", "Node"),
            ]
        case "Set[Node]":
            built = [
                lambda: ranging("{{{local} for {local} in {over} if {body}}}", "bool", "Node", "Node"),
                *((lambda kept=kept: f"({kept} | {of('Set[Node]')})") for kept in names.of("Set[Node]")),
                *((lambda kept=kept: f"({kept} - {of('Set[Node]')})") for kept in names.of("Set[Node]")),
            ]
        case _:
            pass
    return [draw(st.sampled_from(built))()] if built else []


def _sequences(names: Names) -> list[str]:
    logs = [f"{map_}[{node}]" for map_ in names.maps("Seq[Color]") for node in names.of("Node")]
    return [*names.of("Seq[Color]"), *logs]


def _write_sequence(draw: Draw, names: Names, place: str, indent: str) -> list[str]:
    color = expression(draw, names, "Color", 1)
    changes = [
        [f"{place}.append({color})"],
        [f"{place}.truncate({expression(draw, names, INT, 1)})"],
        [f"{place} = {place}[1:]"],
        [f"{place} = {place} + {place}[:1]"],
        [f"{place} = Seq(c for c in {place} if c is not {color})"],
        [f"if len({place}) > 1:", f"    {place}[0] = {color}"],
        [f"if len({place}) > 0:", f"    taken = {place}.pop_first()", f"    {place}.append(taken)"],
        [f"{place}.clear()"],
    ]
    return [indent + line for line in draw(st.sampled_from(changes))]


def _write_bag(draw: Draw, names: Names, place: str, indent: str) -> list[str]:
    nodes = names.of("Node")
    message = (
        f"Hello({draw(st.sampled_from(nodes))}, {expression(draw, names, 'Color', 1)})" if nodes else "Bye(last(Rank))"
    )
    return [f"{indent}{place}.{draw(st.sampled_from(['add', 'discard']))}({message})"]


def _write(draw: Draw, names: Names, indent: str) -> list[str]:
    name = draw(st.sampled_from(sorted(names.variables)))
    type_ = names.variables[name]
    nodes = names.of("Node")
    if type_ == "Seq[Color]":
        return _write_sequence(draw, names, f"self.{name}", indent)
    if type_ == "Bag[Hello | Bye]":
        return _write_bag(draw, names, f"self.{name}", indent)
    if type_ == "Set[Hello | Bye]":
        options = [
            f"self.{name}.add(Bye({draw(st.sampled_from(['first(Rank)', 'last(Rank)']))}))",
            f"self.{name}.clear()",
        ]
        options += [f"self.{name}.add(Hello({node}, {expression(draw, names, 'Color', 1)}))" for node in nodes]
        return [indent + draw(st.sampled_from(options))]
    if type_ == "Set[Node]" and nodes and draw(st.booleans()):
        verb = draw(st.sampled_from(["add", "discard"]))
        return [f"{indent}self.{name}.{verb}({draw(st.sampled_from(nodes))})"]
    if type_.startswith("Map[Node, "):
        if not nodes:
            return [f"{indent}for each in Node:", *_write_at(draw, names, name, type_, "each", indent + "    ")]
        return _write_at(draw, names, name, type_, draw(st.sampled_from(nodes)), indent)
    if type_ == INT and draw(st.booleans()):
        return [f"{indent}self.{name} {draw(st.sampled_from(['+=', '-=']))} {expression(draw, names, INT, 1)}"]
    if type_ == "Rank | None" and draw(st.booleans()):
        return [f"{indent}if self.{name} is not None:", f"{indent}    self.{name} = self.{name}.next()"]
    return [f"{indent}self.{name} = {_value(draw, names, type_)}"]


def _write_at(draw: Draw, names: Names, name: str, type_: str, node: str, indent: str) -> list[str]:
    value = type_.removeprefix("Map[Node, ").removesuffix("]")
    if value == "Seq[Color]":
        return _write_sequence(draw, names, f"self.{name}[{node}]", indent)
    if value == "Set[Color]":
        verb, color = draw(st.sampled_from(["add", "discard"])), expression(draw, names, "Color", 1)
        return [f"{indent}self.{name}[{node}].{verb}({color})"]
    if value == INT and draw(st.booleans()):
        return [f"{indent}self.{name}[{node}] += {expression(draw, names, INT, 1)}"]
    return [f"{indent}self.{name}[{node}] = {_value(draw, names, value)}"]


def _value(draw: Draw, names: Names, type_: str) -> str:
    if type_ == "Set[Node]":
        return "Set()" if draw(st.booleans()) else _compound(draw, names, type_, 1)[0]
    return expression(draw, names, type_, 2)


def _statements(draw: Draw, names: Names, indent: str, depth: int) -> list[str]:
    lines: list[str] = []
    outer = dict(names.locals)
    for _ in range(draw(st.integers(1, 2))):
        kinds = ["write", "write", "if", "match", "for", "local", "return"] if depth else ["write"]
        kind = draw(st.sampled_from(kinds))
        if kind == "write":
            lines += _write(draw, names, indent)
        elif kind == "if":
            lines += [
                f"{indent}if {expression(draw, names, 'bool', 2)}:",
                *_statements(draw, names, indent + "    ", depth - 1),
            ]
            if draw(st.booleans()):
                lines += [f"{indent}else:", *_statements(draw, names, indent + "    ", depth - 1)]
        elif kind == "match":
            lines += _match(draw, names, indent, depth - 1)
        elif kind == "for":
            names.fresh += 1
            local = f"n{names.fresh}"
            names.locals[local] = "Node"
            lines += [f"{indent}for {local} in Node:", *_write(draw, names, indent + "    ")]
            del names.locals[local]
        elif kind == "local":
            names.fresh += 1
            value = expression(draw, names, "Color", 2)
            names.locals[f"c{names.fresh}"] = "Color"
            lines.append(f"{indent}c{names.fresh} = {value}")
        else:
            lines += [f"{indent}if {expression(draw, names, 'bool', 1)}:", f"{indent}    return"]
    names.locals = outer  # a name that one branch binds is unknown after it
    return lines


def _match(draw: Draw, names: Names, indent: str, depth: int) -> list[str]:
    subjects = names.of("Color | None")
    if not subjects:
        return _write(draw, names, indent)
    lines = [f"{indent}match {draw(st.sampled_from(subjects))}:"]
    for pattern in draw(st.permutations(["None", "Color.RED", "Color.GREEN | Color.BLUE"])):
        guard = f" if {expression(draw, names, 'bool', 1)}" if draw(st.booleans()) else ""
        lines += [f"{indent}    case {pattern}{guard}:", *_statements(draw, names, indent + " " * 8, depth)]
    return [*lines, f"{indent}    case _:", f"{indent}        pass"]


@st.composite
def specs(draw: Draw) -> str:
    """The text of a module with a spec `Machine` over `Node` and `Rank`."""
    types = draw(st.lists(st.sampled_from(sorted(TYPES)), min_size=2, max_size=5))
    variables = {f"v{number}": type_ for number, type_ in enumerate(types)}
    lines = [f"    {name}: {type_} = {TYPES[type_]}" for name, type_ in variables.items()]
    for number in range(draw(st.integers(1, 3))):
        lines += ["", *_action(draw, variables, number)]
    for number in range(draw(st.integers(1, 2))):
        condition = expression(draw, Names(dict(variables)), "bool", 3)
        lines += ["", "    @invariant", f"    def holds{number}(self) -> bool:", f"        return {condition}"]
    helper = expression(draw, Names(dict(variables), {"other": "Node"}), "bool", 2)
    lines += ["", "    def helper(self, other: Node) -> bool:", f"        return {helper}"]
    lines += [
        "",
        "    @reachable",
        "    def reached(self) -> bool:",
        "        return any(self.helper(n) and first(Rank) != last(Rank) for n in Node)",
    ]
    return HEADER + "\n".join(lines) + "\n"


def _action(draw: Draw, variables: dict[str, str], number: int) -> list[str]:
    names = Names(dict(variables))
    parameters = draw(
        st.sampled_from(["", "n: Node", "r: Rank", "n: Node, c: Color", "s: Set[Node]", "n: Node, m: Hello"])
    )
    guards: list[str] = []
    for parameter in filter(None, parameters.split(", ")):
        name, type_ = parameter.split(": ")
        if type_ == "Hello":
            sources = names.of("Set[Hello | Bye]")
            if sources:
                guards.append(f"        require({name} in {sources[0]})")
            names.locals |= {f"{name}.sender": "Node", f"{name}.color": "Color"}
        else:
            names.locals[name] = type_
    conditions = [expression(draw, names, "bool", 2) for _ in range(draw(st.integers(0, 2)))]
    guards += [f"        require({condition})" for condition in conditions]
    header = f"    def step{number}(self{', ' + parameters if parameters else ''}) -> None:"
    return ["    @action", header, *guards, *_statements(draw, names, "        ", 2)]

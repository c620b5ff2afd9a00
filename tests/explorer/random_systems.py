"""Random systems of nodes as source text: two classes of nodes, one of them single, that send to one another.

Every class handles every message from every sender, in one handler or in several, so that whatever is sent is taken.
What handlers do is made at random: guards, writes, branches, early returns, sends, broadcasts, calls of helpers.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

HEAD = """from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import (
    Between, Durable, Map, Message, Node, Set, Sort, System, empty, invariant, on_message, on_restart, on_timeout,
    reachable, require,
)


class A(Sort): ...


class B(Sort, size=1): ...


class Mode(Enum):
    X, Y, Z = range(3)


class Ping(Message): ...


class Note(Message):
    flag: bool


class Name(Message):
    who: A
    mode: Mode

"""
FIELDS = """    mode: {mode} = Mode.X
    count: {count} = 0
    seen: {seen} = empty()
    boss: {boss} = None
    flag: bool = False
"""
TAIL = """

class Demo(System):
    many: Map[A, Many]
    one: One

    @invariant
    def low(self) -> bool:
        return all(n.count + self.one.count < 4 or n.is_calm(False) for n in self.many.values())

    @reachable
    def noted(self) -> bool:
        return any(n.flag and self.one.mode is not Mode.X and a not in self.one.seen for a, n in self.many.items())
"""


@dataclass(frozen=True)
class Known:
    """What a handler may use: its message and sender, if it has them, of these types."""

    messages: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    has_extra: bool = False
    node: str = "Many"


@st.composite
def conditions(draw: st.DrawFn, known: Known) -> str:
    """A condition of a node."""
    found = [
        "self.flag",
        "self.count > 0",
        "self.mode is Mode.Y",
        "self.boss is None",
        "len(self.seen) == 0",
        "self.is_calm(True)",
        "all(a in self.seen for a in A)",
    ]
    if known.has_extra:
        found.append("extra")
    if known.messages == ("Note",):
        found.append("m.flag")
    if known.messages == ("Name",):
        found += ["m.who in self.seen", "m.mode is self.mode", "m.who == self.boss"]
    if len(known.messages) > 1:
        found.append(f"isinstance(m, {draw(st.sampled_from(known.messages))})")
    if known.senders == ("A",):
        found += ["sender in self.seen", "sender == self.boss"]
        found += ["sender != self.address"] if known.node == "Many" else []
    if len(known.senders) > 1:
        found.append("isinstance(sender, A)")
    one = draw(st.sampled_from(found))
    return draw(st.sampled_from([one, f"not ({one})", f"{one} and self.flag", f"{one} or self.count < 2"]))


@st.composite
def messages(draw: st.DrawFn, known: Known) -> str:
    """A message to send; one that was received may be sent on."""
    found = ["Ping()", "Note(self.flag)", "Note(self.count > 1)"]
    if known.senders == ("A",):
        found.append("Name(sender, self.mode)")
    if known.node == "Many":
        found.append("Name(self.address, Mode.Z)")
    if known.messages:
        found.append("m")
    return draw(st.sampled_from(found))


@st.composite
def statements(draw: st.DrawFn, known: Known, depth: int = 2) -> list[str]:
    """Lines of a handler, without guards."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 10 if depth else 6))
        match kind:
            case 0:
                lines.append(f"self.mode = Mode.{draw(st.sampled_from('XYZ'))}")
            case 1:
                lines.append(draw(st.sampled_from(["self.count += 1", "self.count = 0", "self.flag = not self.flag"])))
            case 2 if known.senders == ("A",):
                lines.append(
                    draw(st.sampled_from(["self.seen.add(sender)", "self.boss = sender", "self.seen.clear()"]))
                )
            case 3 if known.senders:
                lines.append(f"self.send({draw(messages(known))}, to=sender)")
            case 4:
                to = draw(st.sampled_from(["A", "B", "self.seen"]))
                lines.append(f"self.broadcast({draw(messages(known))}, to={to})")
            case 5:
                lines += ["if self.boss is not None:", f"    self.send({draw(messages(known))}, to=self.boss)"]
            case 6:
                lines.append(f"self.calm({draw(conditions(known))})")
            case 7 | 8:
                inner = draw(statements(known, depth - 1))
                lines += [f"if {draw(conditions(known))}:", *indented(inner)]
                if draw(st.booleans()):
                    lines.append("    return")
                elif draw(st.booleans()):
                    lines += ["else:", *indented(draw(statements(known, depth - 1)))]
            case 9 if len(known.senders) > 1:
                then = draw(statements(Known(known.messages, ("A",), known.has_extra, known.node), depth - 1))
                lines += ["if isinstance(sender, A):", *indented(then)]
            case 10:
                lines.append("self.sync()")
            case _:
                lines.append(f"self.send({draw(messages(known))}, to=self.address)")
    return lines


def indented(lines: list[str]) -> list[str]:
    """Lines one level deeper."""
    return [f"    {line}" for line in lines]


@st.composite
def handlers(draw: st.DrawFn, known: Known, name: str) -> list[str]:
    """A handler with its guards."""
    parameters = ["self"]
    if known.messages:
        parameters += [f"m: {' | '.join(known.messages)}", f"sender: {' | '.join(known.senders)}"]
    if known.has_extra:
        parameters.append("extra: bool")
    role = "on_message" if known.messages else name if name == "on_restart" else "on_timeout"
    guards: list[str] = []
    if role != "on_restart" and draw(st.booleans()):
        guards.append(f"require({draw(conditions(known))})")
    body = [*guards, *draw(statements(known))]
    name = "come_back" if role == "on_restart" else name  # the decorator has that name
    return [f"    @{role}", f"    def {name}({', '.join(parameters)}) -> None:", *indented(indented(body)), ""]


@st.composite
def nodes(draw: st.DrawFn, node: str) -> str:
    """A class of nodes."""
    types = {"mode": "Mode", "count": "Annotated[int, Between(0, 2)]", "seen": "Set[A]", "boss": "A | None"}
    held = {name: f"Durable[{type_}]" if draw(st.booleans()) else type_ for name, type_ in types.items()}
    disk = ', sync="explicit"' if draw(st.booleans()) else ""
    lines = [f"class {node}(Node[{'A' if node == 'Many' else 'B'}]{disk}):", FIELDS.format(**held)]
    whole = ("Ping", "Note", "Name")
    kinds = draw(st.sampled_from([(whole,), (("Ping", "Note"), ("Name",)), (("Ping",), ("Note",), ("Name",))]))
    senders = draw(st.sampled_from([(("A", "B"),), (("A",), ("B",))]))
    for number, kind in enumerate(kinds):
        for place, sender in enumerate(senders):
            known = Known(kind, sender, draw(st.booleans()), node)
            lines += draw(handlers(known, f"on_{number}_{place}"))
    for number in range(draw(st.integers(1, 2))):
        lines += draw(handlers(Known((), (), draw(st.booleans()), node), f"tick_{number}"))
    if draw(st.booleans()):
        lines += draw(handlers(Known((), (), draw(st.booleans()), node), "on_restart"))
    lines += ["    def is_calm(self, calm: bool) -> bool:", "        return self.flag is calm or self.count == 0", ""]
    lines += ["    def calm(self, really: bool) -> None:", "        if really:", "            self.count = 0"]
    lines += ["            return", "        self.broadcast(Note(really), to=B)", "", ""]
    return "\n".join(lines)


@st.composite
def systems(draw: st.DrawFn) -> str:
    """The text of a module with a system `Demo`."""
    return HEAD + "\n" + draw(nodes("Many")) + "\n" + draw(nodes("One")) + TAIL

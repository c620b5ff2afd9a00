"""Random nodes that take orders from somebody who sends any order at any time, as source text.

What they do depends on few fields, and many an order comes too late for ever: after a restart, perhaps, no longer.
"""

from __future__ import annotations

from hypothesis import strategies as st

HEAD = """from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import (
    Between, Durable, Map, Message, Network, Node, Sort, System, invariant, on_message, on_restart, on_timeout, require,
)


class A(Sort): ...


class B(Sort, size=1): ...


class Mode(Enum):
    X, Y, Z = range(3)


class Ping(Message): ...


class Note(Message):
    level: Annotated[int, Between(0, 2)]


class Hint(Message):
    mode: Mode


class One(Node[B]):
    @on_timeout
    def ping(self) -> None:
        self.broadcast(Ping(), to=A)

    @on_timeout
    def note(self, level: Annotated[int, Between(0, 2)]) -> None:
        self.broadcast(Note(level), to=A)


class Many(Node[A]):
"""
TAIL = """

class Demo(System):
    many: Map[A, Many]
    one: One
    network = Network.soup()

    @invariant
    def low(self) -> bool:
        return all(n.level <= 2 for n in self.many.values())
"""
GUARDS = (
    "self.mode is Mode.X",
    "self.mode is not Mode.Z",
    "self.level < 2",
    "self.flag",
    "not self.flag",
    "self.mode is Mode.Y or self.flag",
    "self.mode is Mode.X and self.level == 0",
)
WITH_LEVEL = ("m.level > self.level", "m.level >= self.level", "not self.flag or m.level == 1")
WITH_MODE = ("m.mode is self.mode", "m.mode is not Mode.X and not self.flag")
WRITES = (
    "self.mode = Mode.Y",
    "self.mode = Mode.Z",
    "self.flag = True",
    "self.level += 1",
    "self.level = 2",
    "self.turn(self.level == 0)",
)
BACK = ("self.mode = Mode.X", "self.flag = False", "self.level = 0")
SENDS = ("self.broadcast(Hint(self.mode), to=A)", "self.send(Hint(Mode.Y), to=self.address)")


@st.composite
def handlers(draw: st.DrawFn, name: str, message: str) -> list[str]:
    """A handler with a guard or a test, and then some writes; one in some writes takes something back."""
    guards = GUARDS + {"Note": WITH_LEVEL, "Hint": WITH_MODE}.get(message, ())
    writes = WRITES + {"Note": ("self.level = m.level",), "Hint": ("self.mode = m.mode",)}.get(message, ())
    lines = [f"    @{'on_message' if message else 'on_timeout'}"]
    parameters = f", m: {message}, sender: {'A' if message == 'Hint' else 'B'}" if message else ""
    lines.append(f"    def {name}(self{parameters}) -> None:")
    first, second = draw(st.sampled_from(guards)), draw(st.sampled_from(guards))
    match draw(st.integers(0, 3)):
        case 0:
            lines.append(f"        require({first})")
        case 1:
            lines += [f"        require({first})", f"        require({second})"]
        case 2:
            lines += [f"        if not ({first}):", "            return"]
        case _:
            lines += [f"        require({first})", f"        if {second}:", "            return"]
    done = draw(st.lists(st.sampled_from((*writes, *SENDS)), min_size=1, max_size=3))
    if draw(st.integers(0, 4)) == 0:
        done.append(draw(st.sampled_from(BACK)))
    return [*lines, *(f"        {one}" for one in done), ""]


@st.composite
def receivers(draw: st.DrawFn) -> str:
    """The text of a module with a system `Demo`."""
    types = {"mode": ("Mode", "Mode.X"), "level": ("Annotated[int, Between(0, 2)]", "0"), "flag": ("bool", "False")}
    lines: list[str] = []
    for name, (type_, first) in types.items():
        lines.append(f"    {name}: {f'Durable[{type_}]' if draw(st.booleans()) else type_} = {first}")
    lines.append("")
    for name, message in (("on_ping", "Ping"), ("on_note", "Note"), ("on_hint", "Hint"), ("tick", "")):
        lines += draw(handlers(name, message))
    if draw(st.booleans()):
        lines += [
            "    @on_restart",
            "    def back(self) -> None:",
            f"        {draw(st.sampled_from(WRITES + SENDS))}",
            "",
        ]
    lines += ["    def turn(self, really: bool) -> None:", "        if really:", "            self.flag = True"]
    return HEAD + "\n".join(lines) + "\n" + TAIL

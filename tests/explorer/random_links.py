"""Random systems of two nodes, small enough for all their runs to be judged by brute force."""

from __future__ import annotations

from hypothesis import strategies as st

HEAD = """from __future__ import annotations

from indoubt.specs.language import (
    Message, Node, Sort, System, eventually, infinitely_often, on_message, on_timeout, require, weak,
)


class X(Sort, size=1): ...


class Y(Sort, size=1): ...


class Ping(Message): ...


class Pong(Message): ...


"""
TAIL = """
class Demo(System):
    x: AtX
    y: AtY

    @infinitely_often
    def again(self) -> bool:
        return self.x.a or self.y.b

    @eventually
    def once(self) -> bool:
        return self.x.b or self.y.a
"""


@st.composite
def effects(draw: st.DrawFn, other: str) -> list[str]:
    """What a handler does."""
    some = ["self.a = True", "self.a = True", "self.a = False", "self.b = True", "self.b = not self.b"]
    some += [f"self.broadcast({message}(), to={other})" for message in ("Ping", "Pong")] * 2
    one = st.sampled_from(some)
    whole = st.one_of(one, st.tuples(st.sampled_from(["self.a", "not self.b"]), one))
    lines: list[str] = []
    for found in draw(st.lists(whole, min_size=1, max_size=2)):
        lines += [found] if isinstance(found, str) else [f"if {found[0]}:", f"    {found[1]}"]
    return lines


@st.composite
def nodes(draw: st.DrawFn, own: str, other: str) -> str:
    """A node that takes both messages at any time, and does something of itself."""
    lines = [f"class At{own}(Node[{own}]):", "    a: bool = False", "    b: bool = False", ""]
    for message in ("Ping", "Pong"):
        head = [
            "    @on_message",
            f"    def on_{message.lower()}(self, _: {message}, sender: {other}) -> None:",
        ]
        lines += [*head, *(f"        {one}" for one in draw(effects(other))), ""]
    guard = draw(st.sampled_from(["", "", "not self.a", "not self.b", "self.b"]))
    lines += [f"    @on_timeout{draw(st.sampled_from(['', *['(fairness=weak())'] * 3]))}"]
    lines += ["    def tick(self) -> None:", *([f"        require({guard})"] if guard else [])]
    lines += [*(f"        {one}" for one in draw(effects(other))), ""]
    return "\n".join(lines) + "\n\n"


@st.composite
def pairs(draw: st.DrawFn) -> str:
    """The text of a module with a system `Demo`."""
    return HEAD + draw(nodes("X", "Y")) + draw(nodes("Y", "X")) + TAIL

"""Specs that tests have as text, as files that Python imports: the frontend reads the source of what it lowers."""

from __future__ import annotations

import hashlib
import re
import tempfile
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from indoubt import find_spec
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.show import shown
from indoubt.specs.language import Spec

FOLDER = tempfile.TemporaryDirectory(prefix="indoubt-specs-")
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
    on: bool = False
    color: Color = Color.RED
    paint: Color | None = None
    rank: Rank | None = None
    last: Hello | Bye | None = None
    count: Annotated[int, Between(0, 3)] = 0
    seen: Set[Node] = empty()
    msgs: Set[Hello | Bye] = empty()
    ranks: Map[Node, Rank | None] = every(None)
    points: Map[Node, Annotated[int, Between(0, 2)]] = every(0)

    @action
    def pass_by(self) -> None:
        pass

"""


def spec_of(text: str, name: str = "Machine") -> type[Spec]:
    """The spec of this name in a module with this text, imported from a file of its own."""
    path = Path(FOLDER.name) / f"spec_{hashlib.sha256(text.encode()).hexdigest()[:16]}.py"
    path.write_text(text, encoding="utf-8")
    return find_spec(f"{path}::{name}")


def lowered(members: str, **given: Any) -> Machine:
    """The machine of a spec with the variables above and these further members, for two nodes and three ranks."""
    spec = spec_of(HEADER + indent(dedent(members), "    "))
    return lower(spec, settle(spec, {"Node": 2, "Rank": 3} | given))


def section(machine: Machine, name: str) -> str:
    """The printed form of one action or property, without the numbers that make the names of locals unique."""
    parts = re.sub(r"#\d+", "", shown(machine)).split("\n\n")
    return next(part for part in parts if re.match(rf"\w+ {name}\b", part))


def action_text(body: str, parameters: str = "") -> str:
    """The printed body of an action, without its indentation."""
    members = f"@action\ndef step(self{', ' + parameters if parameters else ''}) -> None:\n" + indent(
        dedent(body), "    "
    )
    return dedent(section(lowered(members), "step").partition("\n")[2])


def condition_text(condition: str) -> str:
    """The printed form of a condition on the state."""
    members = f"@invariant\ndef fine(self) -> bool:\n    return {condition}\n"
    return dedent(section(lowered(members), "fine").partition("\n")[2])

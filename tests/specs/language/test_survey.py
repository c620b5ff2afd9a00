"""What a run has to choose: whatever the text of a spec names, also where Python never gets there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indoubt import check, find_spec
from indoubt.specs.language.declarations import survey
from indoubt.specs.language.definitions import names_in_text

MACHINE = '''
"""A machine half of which Python leaves out."""
from __future__ import annotations

from indoubt.specs.language import *


class A(Sort): ...
class B(Sort): ...
class C(Sort): ...
class D(Sort): ...
class E(Sort): ...
class F(Sort): ...


class Half(Spec):
    on: bool = False

    @action
    def flip(self, a: A) -> None:
        """It says nothing of F, though this text does."""
        require(not self.on)
        if False:
            for b in B:
                self.on = False
        mine: Set[C] = empty()
        D = a  # a name of this method
        self.on = len(mine) == 0 and D == a

    @invariant
    def fine(self) -> bool:
        return True or any(e != other for e in E for other in E)
'''
NODES = '''
"""Nodes half of which Python leaves out."""
from __future__ import annotations

from indoubt.specs.language import *


class A(Sort): ...
class B(Sort): ...
class C(Sort): ...
class D(Sort): ...
class Hi(Message): ...


class Peer(Node[A]):
    on: bool = False

    @on_timeout
    def flip(self) -> None:
        require(not self.on)
        if False:
            for b in B:
                self.on = False
        self.on = True
        self.broadcast(Hi(), to=A)

    @on_message
    def hear(self, hi: Hi, sender: A) -> None:
        if self.never():
            self.on = False

    def never(self) -> bool:
        return False and any(c != other for c in C for other in C)


class Half(System):
    peers: Map[A, Peer]

    @invariant
    def fine(self) -> bool:
        mine: Set[D] = empty()
        return len(mine) == 0 or any(peer.on for peer in self.peers.values())
'''


@pytest.mark.parametrize(("text", "named"), [(MACHINE, "ABCE"), (NODES, "ABCD")], ids=["machine", "nodes"])
def test_sorts_that_python_leaves_out_have_sizes_too(text: str, named: str, tmp_path: Path) -> None:
    """The body of `if False:`, what stands behind `False and`, annotations of local names; no docstrings."""
    path = tmp_path / "half.py"
    path.write_text(text, encoding="utf-8")
    spec = find_spec(f"{path}::Half")
    assert "".join(sorted(sort.__name__ for sort in survey(spec).sorts)) == named
    assert not survey(spec).has_quorums
    sizes: dict[str, Any] = dict.fromkeys(named, 2)
    result = check(spec, engine="reference", **sizes)
    assert result.verdict.value == "holds"


def test_the_text_is_read_again_where_the_file_has_changed(tmp_path: Path) -> None:
    """Python compiles `if False:` to nothing, whatever stands below it."""
    path = tmp_path / "changing.py"
    named: list[frozenset[str]] = []
    for name in ("first", "second_one"):
        path.write_text(f"def f():\n    if False:\n        {name}\n", encoding="utf-8")
        found: dict[str, object] = {}
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), found)
        named.append(names_in_text(found["f"].__code__))  # type: ignore[attr-defined]
    assert named == [{"first"}, {"second_one"}]

"""Named bounds: what a module computes from them before there is a run follows the run that sets them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import pytest
from test_agreement import agree

from indoubt import check
from indoubt.specs.language import Between, Bound, Seq, Spec, action, reachable, require
from indoubt.specs.language.declarations import survey

LEAST = Bound(default=0)
MOST = Bound(default=2)
LIMIT = 2 * MOST + 1
Count = Annotated[int, Between(0, MOST)]
Wide = Annotated[int, Between(-abs(LEAST - 1), LIMIT // 2 - LEAST % 2)]


class Jumps(Spec):
    """Two counters with aliases for types, and a number of the module that is computed from a bound."""

    count: Count = 0
    wide: Wide = 0
    log: Seq[Count] = Seq()

    @action
    def jump(self, to: Wide) -> None:
        require(len(self.log) < LIMIT - 2)
        self.wide = to
        self.log.append(self.count)

    @action
    def add(self) -> None:
        require(self.count < MOST)
        self.count += 1

    @reachable
    def ends(self) -> bool:
        return self.wide == -1 and self.count == MOST and len(self.log) == LIMIT - 2


@pytest.mark.parametrize(("most", "wide"), [(1, 3), (2, 4), (3, 5)])
def test_what_is_computed_from_a_bound_follows_the_run(most: int, wide: int) -> None:
    """Alias, interval and constant are those of the run, to the checker and to plain Python."""
    result = check(Jumps, MOST=most, LEAST=0, log=2 * most - 1)
    assert result.envelope.bounds == ()
    assert result.property("ends").trace is not None
    assert result.counts.distinct == _states(most, wide)
    assert agree(Jumps, 40, {"MOST": most, "log": 2 * most - 1}) > 1


def _states(most: int, wide: int) -> int:
    """The same counted by hand: the log has counts that do not fall, up to the count of now."""
    found: list[tuple[int, int, tuple[int, ...]]] = [(0, 0, ())]
    states = set(found)
    for count, at, log in found:
        steps = [(count + 1, at, log)] if count < most else []
        if len(log) < 2 * most - 1:
            steps += [(count, to, (*log, count)) for to in range(-1, wide - 1)]
        found += [step for step in dict.fromkeys(steps) if step not in states]
        states |= set(steps)
    return len(states)


def test_a_bound_keeps_its_name_where_only_an_alias_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A spec in another file than its types has the bounds of these, each under its own name."""
    header = "from typing import Annotated\n\nfrom indoubt.specs.language import *\n\n"
    types = "FEW = Bound(default=1)\nMANY = Bound(default=4)\nCount = Annotated[int, Between(FEW, MANY + 1)]\n"
    spec = """from counted_types import Count


class Counter(Spec):
    count: Count = 3

    @action
    def choose(self, to: Count) -> None:
        self.count = to

    @reachable
    def at_the_end(self) -> bool:
        return self.count == 3
"""
    (tmp_path / "counted_types.py").write_text(header + types, encoding="utf-8")
    (tmp_path / "counter.py").write_text(header + spec, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "counted_types", raising=False)
    assert check(str(tmp_path / "counter.py")).counts.distinct == 5
    assert check(str(tmp_path / "counter.py"), FEW=2, MANY=3).counts.distinct == 3


def test_the_bounds_that_a_computed_number_needs_belong_to_the_spec() -> None:
    """`LEAST` is mentioned by an alias alone, and the run may set it."""
    assert set(survey(Jumps).bounds) == {"LEAST", "MOST"}
    assert repr(LIMIT) == "Bound(5)"
    assert [int(LIMIT), LIMIT - 5, -MOST, MOST > 1] == [5, 0, -2, True]

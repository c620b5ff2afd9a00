"""States with very many choices, whose expansion is broken off where the search is over: nothing is counted twice."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest

from indoubt import check
from indoubt.explorer.backends.native.layout import Layout
from indoubt.explorer.backends.native.looking import has_many, is_long
from indoubt.explorer.backends.native.packing import Packing
from indoubt.explorer.backends.native.slots import first_slots
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.result import Verdict
from indoubt.runs.checkpoints import resume
from indoubt.runs.result import Result
from indoubt.specs.commit.two_phase import TwoPhase
from indoubt.specs.language import Between, Spec, action, eventually, invariant, require
from indoubt.specs.language.universe import Universe

Byte = Annotated[int, Between(0, 255)]


class Counting(Spec):
    """Many choices, some of them steps, in each of some states."""

    n: Annotated[int, Between(0, 9)] = 0
    last: Byte = 0

    @action
    def rest(self) -> None:
        """Nothing at all."""
        require(self.n < 9)

    @action
    def choose(self, a: Byte, b: Byte, c: Byte) -> None:
        """Some of sixteen million triples."""
        require(a >= self.n)
        require(a + b + c > 760)
        self.n += 1
        self.last = a - self.n

    @invariant
    def small(self) -> bool:
        """It stays below ten."""
        return self.n < 10


def told(result: Result) -> tuple[object, ...]:
    """All but times."""
    verdicts = [(one.name, one.verdict, one.trace) for one in result.properties]
    return result.verdict, result.counts, result.levels, result.envelope.taken, result.envelope.bounds, verdicts


def test_what_is_broken_off_and_gone_on_with_is_counted_once(tmp_path: Path) -> None:
    """However often it is broken off, in whatever state: the answer is that of a run that was never stopped."""
    whole = check(Counting)
    assert told(whole) == told(check(Counting, workers=2))
    kept = tmp_path / "kept"
    result, stops = check(Counting, timeout=0.01, checkpoint=kept), 0
    while result.stopped is not None:
        stops += 1
        # More time with each turn: a state is expanded from its beginning again.
        result = resume(kept, timeout=0.01 * 1.2**stops)
    assert stops > 0
    assert told(result) == told(whole)


def test_a_deadlock_is_looked_for_until_the_search_is_over() -> None:
    """Beside a violation too; what time did not allow for is undecided."""
    result = check(Counting, deadlock=True, timeout=0.01)
    assert {one.verdict for one in result.properties} <= {Verdict.INCONCLUSIVE, Verdict.HOLDS}


class Owing(Spec):
    """Many choices in each of two states, and a promise."""

    n: Annotated[int, Between(0, 1)] = 0

    @action
    def choose(self, a: Byte, b: Byte, c: Byte, d: Byte) -> None:
        """One of four thousand million, which no guard rules out before the last is chosen."""
        require(a + 1 > self.n)
        require(b + 1 > self.n)
        require(a + b + c + d > 4 * 255)
        self.n = 1

    @eventually
    def begun(self) -> bool:
        """Something happens."""
        return self.n > 0


def test_runs_are_judged_until_time_is_up() -> None:
    """The steps of a state are looked for once more then, and that can be broken off as well."""
    result = check(Owing, timeout=0.3)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.stopped is not None
    assert result.stopped.limit == "--timeout 0.3"


@pytest.mark.parametrize(("spec", "settings", "expected"), [(Counting, {}, True), (TwoPhase, {"RM": 9}, False)])
def test_machines_with_few_choices_do_not_look(spec: type[Spec], settings: dict[str, int], expected: bool) -> None:
    """They have not one instruction more."""
    machine = prepared(lower(spec, settle(spec, settings)))
    packing = Packing(Universe(machine.sizes), first_slots(machine))
    assert Layout(packing, machine.variables).words
    assert is_long(machine, packing) is expected
    assert [one.name for one in machine.actions if has_many(one, packing)] == ["choose"] * expected

"""What is asked of Z3 for one theorem, and kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from indoubt.invariants.quorums.results import Query, Step

if TYPE_CHECKING:
    from indoubt.invariants.quorums.solver import Answer

FEWER = range(1, 7)
"""The same where each is dear: bit-vectors of many sets, and shapes."""
COUNTEREXAMPLE, POSSIBLE = "a counterexample", "what is assumed"
"""What queries look for."""


class Disagreement(RuntimeError):
    """Two computations of one fact differ: a fault of this program or of a solver, and no verdict."""


class Asking:
    """What is asked of Z3 for one theorem, with the answers, in order."""

    def __init__(self, timeout_s: float, progress: Callable[[str], None] | None) -> None:
        self.timeout_s = timeout_s
        self.steps: list[Step] = []
        self.queries: list[Query] = []
        self._progress = progress

    def look(self, at: str) -> None:
        """Say what is asked next."""
        if self._progress is not None:
            self._progress(at)

    def told(self, asked: str, answered: str) -> None:
        """Keep a part of the proof, in words."""
        self.steps.append(Step(asked, answered))

    def decided(
        self, encoding: str, nodes: int | None, ask: Callable[[], Answer], sought: str = COUNTEREXAMPLE
    ) -> Answer:
        """The answer to a question, which is kept. Raises Undecided where the solver gave none."""
        from indoubt.invariants.quorums.solver import Answer, Outcome, Undecided  # noqa: PLC0415 - as in `decide`

        started = time.perf_counter()
        try:
            answer = ask()
        except Undecided as undecided:
            answer = Answer(Outcome.UNKNOWN, str(undecided))
        elapsed_s = time.perf_counter() - started
        self.queries.append(Query(sought, encoding, nodes, answer.outcome.value, answer.reason, elapsed_s))
        if answer.outcome is Outcome.UNKNOWN:
            raise Undecided(f"{encoding}, {'N unbounded' if nodes is None else f'N = {nodes}'}: {answer.reason}")
        return answer


def where(exist: Sequence[bool]) -> str:
    """At which N, from 1 up, there are counterexamples, in words."""
    broken = [n for n, does in enumerate(exist, start=1) if does]
    sound = [n for n, does in enumerate(exist, start=1) if not does]
    if not broken:
        return "there are none"
    told = f"they exist at N = {', '.join(map(str, broken))}"
    return f"{told}; not at N = {', '.join(map(str, sound))}" if sound else told

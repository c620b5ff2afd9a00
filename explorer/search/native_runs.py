"""Properties of whole runs in native code: the steps between all states, then fair runs that break a property.

The runs are those that the plain search finds (`promises.py`), told with the steps of the reference interpreter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from indoubt.explorer.backends.backend import Backend, State
from indoubt.explorer.backends.native.model import Model
from indoubt.explorer.backends.native.slots import TooFewSlots
from indoubt.explorer.backends.native.temporal import packed_arguments
from indoubt.explorer.backends.reference import StepFailed
from indoubt.explorer.search.compiled import CompiledRuns, CompiledSearch
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.native_graph import SOUGHT, Graph, NoMemory, Part
from indoubt.explorer.search.owed import Owed, is_strong
from indoubt.explorer.search.packed import Outcome
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.promises import families_of, undecided
from indoubt.explorer.search.result import INTERRUPTED, Answer, Limits, Path, Stopped, Verdict, number_text
from indoubt.explorer.search.workspace import Workspace
from indoubt.specs.language.frozen import dataclass


class _TimeIsUp(Exception):
    """The time limit is reached."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found out about the properties of whole runs, and what has kept the rest from being found out."""

    answers: tuple[Answer, ...]
    stopped: Stopped | None = None


class Runs:
    """Judges the runs of a complete search."""

    def __init__(
        self,
        model: Model,
        backend: Backend,
        code: CompiledSearch,
        space: Workspace,
        walk: Callable[[list[State]], Path],
        began: float,
        report: Callable[[Progress], None] | None = None,
    ) -> None:
        """`walk` tells the way along some states, of which the first is initial; `report` is told what is judged.

        The time limit counts from `began`.
        """
        self._model, self._machine, self._backend = model, model.machine, backend
        self._code, self._space, self._walk, self._began = code, space, walk, began
        self._report, self._judging = report, ""
        self._owed = Owed(model.machine)
        self._outcome: Outcome | None = None

    def undecided(self) -> Judged:
        """An answer for each property of a search that has not seen every state."""
        return Judged(tuple(undecided(self._machine, self._model.run_properties)))

    def judge(self, outcome: Outcome, limits: Limits) -> Judged:
        """The verdict on each property, once every state is expanded. Raises SearchFailed, TooFewSlots."""
        self._outcome = outcome
        found_at = time.monotonic()

        def look() -> None:
            now = time.monotonic()
            if limits.timeout_s is not None and now - self._began > limits.timeout_s:
                raise _TimeIsUp
            if self._report is not None:
                counts, used = outcome.counts, self._space.used_bytes
                elapsed_s = outcome.elapsed_s + now - found_at
                self._report(Progress(counts, counts.distinct, elapsed_s, memory_bytes=used, judging=self._judging))

        try:
            graph = self._graph(outcome.counts.initial, look)
            return Judged(tuple(self._answer(graph, number, look) for number in range(len(self._model.run_properties))))
        except NoMemory:
            limit = limits.of_memory
        except _TimeIsUp:
            limit = f"--timeout {number_text(limits.timeout_s)}"
        except KeyboardInterrupt:
            limit = INTERRUPTED
        states = f"{outcome.counts.distinct:,} distinct state{'s' * (outcome.counts.distinct != 1)}"
        where = f"at depth {outcome.counts.depth} with {states}, all of them expanded, while whole runs were judged"
        return Judged(self.undecided().answers, Stopped(limit, where))

    def _graph(self, initial: int, look: Callable[[], None]) -> Graph:
        self._judging = "the steps between all states"
        space, bytes_ = self._space, 8 * self._model.layout.words
        states = space.logs["states"].address
        parts = [Part(block.stored, states + bytes_ * block.first) for block in space.blocks]
        graph = Graph(CompiledRuns(self._code), parts, self._model.layout.words, space.free_bytes, look)
        graph.link(space.first.context, is_long=self._model.is_long)
        names: dict[Hashable, int] = {}
        kinds: list[int] = []
        strong: list[bool] = []
        assert self._model.fair is not None
        for action, values in self._model.fair.all():
            name = self._owed.name(action, values)
            kinds.append(names.setdefault(name, len(names)))
            strong.append(is_strong(action))
        order = graph.number_promises(kinds, initial)
        by_number = list(names)
        for kind in order:  # of a kind all steps are owed in one way, which is a part of its name
            self._owed.called(by_number[kind], strong=strong[kinds.index(kind)])
        graph.demand(self._owed.strong)
        return graph

    def _answer(self, graph: Graph, number: int, look: Callable[[], None]) -> Answer:
        position = self._model.run_properties[number]
        one = self._machine.temporal[position]
        self._judging = one.name
        for family in families_of(one, self._backend.instances(position)):
            said = [graph.said() for _ in family]
            for room, member in zip(said, family, strict=True):
                look()
                words = packed_arguments(self._model.layout.packing, one, member)
                failing = graph.judge(number, words, room)
                if failing is not None:
                    raise self._failed(position, member, failing)
            lasso = graph.find_lasso(SOUGHT[one.kind], said, self._initial)
            for room in said:
                room.close()
            if lasso is not None:
                path = self._owed.told(lasso, self._backend, self._state, lambda node: self._walk([self._state(node)]))
                return Answer(one.name, one.kind, one.claim, Verdict.VIOLATED, path, arguments=family[0])
        return Answer(one.name, one.kind, one.claim, Verdict.HOLDS)

    @property
    def _initial(self) -> int:
        assert self._outcome is not None
        return self._outcome.counts.initial

    def _index(self, node: int) -> int:
        for block in self._space.blocks:
            if node < block.stored:
                return block.first + node
            node -= block.stored
        raise IndexError(node)

    def _state(self, node: int) -> State:
        assert self._outcome is not None
        return self._model.layout.unpack(self._outcome.store.state(self._index(node)))

    def _failed(self, position: int, arguments: Sequence[Any], node: int) -> SearchFailed:
        """What the reference interpreter says of a state in which a property cannot be computed."""
        assert self._outcome is not None
        path = self._walk([self._model.layout.unpack(bits) for bits in self._outcome.store.path(self._index(node))])
        state = path.steps[-1][1] if path.steps else path.initial
        try:
            self._backend.promised(position, tuple(arguments), state)
        except StepFailed as failure:
            return SearchFailed(failure, path)
        if self._model.crowded_in_checks:
            raise TooFewSlots(*self._model.crowded_in_checks)
        raise AssertionError(f"{self._machine.temporal[position].name} cannot be computed in {state}")

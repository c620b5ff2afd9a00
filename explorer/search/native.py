"""Exhaustive breadth-first search in native code: the same answers as `breadth_first`, over packed states.

The kernels in `search/kernels` do the work and return when there is something to decide. This module gives them memory,
has it grow, keeps the limits, reports, and reads off what they found. A kernel runs in a thread of its own and without
holding up other threads, so that the main one can take an interruption and report.

One worker goes from level to level by itself. Several share the table and take chunks of a level from one another; when
none is left, or memory has to grow, all of them return, so the levels and the length of every path are the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

from indoubt.explorer.search import restoring
from indoubt.explorer.search.block import Shape, Tuning
from indoubt.explorer.search.checkpoint import Keeping, Saved
from indoubt.explorer.search.crew import Crew
from indoubt.explorer.search.interruption import interruptible
from indoubt.explorer.search.keeping import Keeper
from indoubt.explorer.search.kernels import context as at
from indoubt.explorer.search.packed import Outcome
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import INTERRUPTED, NO_STATES, Counts, Limits, Stopped, number_text
from indoubt.explorer.search.snapshot import Range
from indoubt.explorer.search.table import Growing
from indoubt.explorer.search.weak import weakly
from indoubt.explorer.search.workspace import Budget, Workspace
from indoubt.specs.language.frozen import dataclass

LOOK_EVERY_STATES = 1024
"""How often the main thread looks at the clock while it makes initial states."""
NO_LIMIT = 1 << 62
SETTLINGS = 16
"""How often what waits is tried to be looked up before a checkpoint is given up."""


class Code(restoring.Code, Growing, Protocol):
    """The kernels that Python calls, whether compiled or as plain Python; addresses are numbers."""

    @property
    def meet(self) -> Callable[[int, int], int]:
        """Take an initial state."""
        ...

    @property
    def search(self) -> Callable[[int], int]:
        """Go on until there is something to decide."""
        ...

    @property
    def find_stuck(self) -> Callable[[int], int]:
        """Look for a deadlock among the states that are left unexpanded."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a search: bits of the properties to look for, and which violations end it."""

    properties: int = 0
    """Of states: invariants, and what is to be reached."""
    invariants: int = 0
    """Those of them whose violation ends the search."""
    step_properties: int = 0
    constraints: bool = False
    """Whether `check` may say that a state is not admitted."""
    deadlock: bool = False


class _Over(Exception):
    """The search is over before there are initial states."""


class NativeSearch:
    """One search of one compiled spec."""

    def __init__(
        self,
        code: Code,
        shape: Shape,
        question: Question,
        limits: Limits | None = None,
        *,
        workers: int = 1,
        tuning: Tuning | None = None,
        memory_bytes: int | None = None,
        spent_s: float = 0.0,
        folder: Path | None = None,
        keeping: Keeping | None = None,
        actions: Sequence[str] = (),
        report: Callable[[Progress], None] | None = None,
        settle: Callable[[], None] | None = None,
    ) -> None:
        """`code` is compiled for as many workers; `spent_s` of the time limit are gone.

        `memory_bytes` may be used: if None, those of the limits, or what the machine can give. What does not fit goes
        to a file in `folder`. `actions` are the names of the actions, which reports have.
        """
        self._code = code
        self._question = question
        self._limits = limits = limits or Limits()
        memory_bytes = limits.memory_bytes if memory_bytes is None else memory_bytes
        left_s = None if limits.timeout_s is None else limits.timeout_s - spent_s
        self._report = report
        self._settle = settle
        self._actions = actions
        self.space = Workspace(shape, tuning or Tuning(), code, Budget(memory_bytes, folder), workers)
        self._crew = Crew(self.space, left_s, None if report is None else weakly(self._tell))
        self._keeper = Keeper(keeping, self.space, self._crew, weakly(self._order))
        self._saved = None if keeping is None else keeping.saved
        self._initial = 0
        self._is_beginning = False
        """Whether the initial states are being made."""
        self._is_judging = False
        """Whether the states are found, and only a deadlock among the last of them is looked for."""
        self._starts = [block.first for block in self.space.blocks]
        """Where the states of each worker begin that are of this level."""
        self._ends = self._starts
        """And where they end."""

    def run(self, initial: Iterable[int]) -> Outcome:
        """Search from the initial states, which are packed, until all is seen, violated, or a limit is reached.

        A search that goes on from a checkpoint has them already. Raises CheckpointError where that is damaged.
        """
        self._crew.begin()
        with interruptible(self._crew), closing(self._keeper):
            self._ask()
            stopped = self._search(initial) if self._saved is None else self._go_on(self._saved)
            is_kept = stopped is not None and self._kept(stopped)
        if stopped is not None and is_kept:  # what waited is looked up now
            stopped = dataclasses.replace(self._stopped(stopped.limit), remark=stopped.remark)
        elapsed_s = self._keeper.elapsed_before_s + self._crew.elapsed_s
        found = self.space.outcome(self._counts(), stopped, elapsed_s)
        return dataclasses.replace(found, is_kept=is_kept, not_kept=self._keeper.problem)

    def _search(self, initial: Iterable[int]) -> Stopped | None:
        space, first = self.space, self.space.first
        self._is_beginning = True
        try:
            for number, state in enumerate(initial):
                if number % LOOK_EVERY_STATES == LOOK_EVERY_STATES - 1:
                    self.look_out()
                first.write_state(state)
                while self._code.meet(first.context, first.scratch) == at.FULL:
                    if not space.grow():
                        return self._out_of_memory()
                if first.read(at.MODE) == at.HALTED:
                    return None
        except _Over:
            return self._broken_off()
        finally:
            self._is_beginning = False
        self._initial = space.distinct
        is_violated = first.read(at.VIOLATED) != 0
        if not self._initial and not is_violated:  # everything would hold of no state
            return self._stopped(NO_STATES)
        space.begin()
        self._ends = [block.read(at.COUNT) for block in space.blocks]
        return self._levels(is_violated=is_violated)

    def look_out(self) -> None:
        """Look at the clock while initial states are made; what this raises is to come back out of `initial`."""
        if self._is_beginning:
            self._crew.look()
            if self._crew.is_interrupted or self._crew.is_late:
                raise _Over

    def renew(self) -> None:
        """Have the workers return and be called anew, by what `Code` has then; another thread says so."""
        self.space.write(at.STOP, 1)

    def _go_on(self, saved: Saved) -> Stopped | None:
        """Search on from where a checkpoint was written."""
        space, snapshot = self.space, saved.snapshot
        if not restoring.restore(saved, space, self._code):
            return self._out_of_memory()
        self._keeper.go_on()
        self._initial = snapshot.initial
        expanded, end = snapshot.expanded, snapshot.level_ends[-1]
        if len(space.blocks) == 1:
            space.first.write(at.NEXT, expanded)
            space.first.write(at.END, end)
        self._starts = [expanded, *self._starts[1:]]
        self._ends = [end, *self._starts[1:]]
        space.share(self._starts, self._ends)
        return self._levels()

    def _levels(self, *, is_violated: bool = False) -> Stopped | None:
        """Expand level after level, unless an initial state is a violation."""
        space, most_depth = self.space, self._limits.max_depth
        if not is_violated:
            if most_depth is not None and len(space.level_ends()) >= most_depth:
                return self._stopped(f"--max-depth {most_depth}")
            stopped = self._expand() if len(space.blocks) == 1 else self._expand_together()
            if stopped is not None or self._any(at.FAILURE):
                return stopped
        if not self._any(at.VIOLATED):
            if space.total(at.EXPANDED) != space.distinct:
                raise AssertionError(f"expanded {space.total(at.EXPANDED):,} of {space.distinct:,} states")
        elif self._question.deadlock and not self._any(at.STUCK):
            self._is_judging = True
            return self._find_stuck()
        return None

    def _ask(self) -> None:
        """Tell the workers what they look for and where they stop."""
        write, question = self.space.write, self._question
        asked = question.properties | (at.NOT_ADMITTED if question.constraints else 0)
        write(at.OPEN, asked | (at.UNCOMPUTABLE if asked else 0))
        write(at.OPEN_STEPS, question.step_properties | (at.UNCOMPUTABLE if question.step_properties else 0))
        write(at.STOPPING, question.invariants)
        write(at.DEADLOCK, int(question.deadlock))
        most_states, most_depth = self._limits.max_states, self._limits.max_depth
        write(at.MOST_STATES, NO_LIMIT if most_states is None else min(NO_LIMIT, most_states))
        write(at.MOST_LEVELS, NO_LIMIT if most_depth is None else min(NO_LIMIT, most_depth))

    def _any(self, field: int) -> bool:
        return self.space.total(field) != 0

    def _expand(self) -> Stopped | None:
        """Run the kernel of the only worker until it has nothing to do; what ends it early is named."""
        space = self.space
        while True:
            reason = self._crew.run(self._code.search)[0]
            if self._settle is not None:
                self._settle()
            match reason:
                case at.UNDECIDED:
                    if space.is_overdrawn:
                        return self._out_of_memory()
                case at.FULL:
                    if not space.grow() or space.is_overdrawn:
                        return self._out_of_memory()
                case at.LEVELS_FULL:
                    space.grow_levels()
                case at.STOPPED:
                    if (stopped := self._broken_off()) is not None:
                        return stopped
                case at.TOO_MANY:
                    return self._stopped(f"--max-states {self._limits.max_states}")
                case at.TOO_DEEP:
                    return self._stopped(f"--max-depth {self._limits.max_depth}")
                case _:
                    return None

    def _expand_together(self) -> Stopped | None:
        """Have several workers expand one level after the other."""
        space, limits = self.space, self._limits
        while True:
            space.agree()
            before = space.level_ends()[-1]
            space.share(self._starts, self._ends)
            stopped = self._expand_level()
            if stopped is not None or self._any(at.FAILURE):
                return stopped
            self._starts, self._ends = self._ends, [block.read(at.COUNT) for block in space.blocks]
            if space.distinct > before:
                space.add_level(space.distinct)
            if self._any(at.VIOLATED) or space.distinct == before:
                return None
            if limits.max_depth is not None and len(space.level_ends()) >= limits.max_depth:
                space.share(self._starts, self._ends)
                return self._stopped(f"--max-depth {limits.max_depth}")

    def _expand_level(self) -> Stopped | None:
        """Run all workers until every state of the level is expanded."""
        space, most = self.space, self._limits.max_states
        most = None if most is None else min(NO_LIMIT, most)
        while True:
            if most is not None:
                if space.distinct > most:
                    return self._stopped(f"--max-states {most}")
                for block in space.blocks:  # an equal part of what is left
                    block.write(at.MOST_STATES, block.read(at.COUNT) + (most - space.distinct) // len(space.blocks))
            space.point()
            reasons = self._crew.run(self._code.search)
            if self._settle is not None:
                self._settle()
            if self._any(at.FAILURE):
                return None
            if (stopped := self._broken_off()) is not None:
                return stopped
            if (at.FULL in reasons and not space.grow()) or space.is_overdrawn:
                return self._out_of_memory()
            if all(reason == at.LEVEL_ENDS for reason in reasons):
                return None

    def _find_stuck(self) -> Stopped | None:
        """Look for a deadlock at the depth of a violation, in the level that is not expanded any more."""
        self._crew.due = None  # it begins anew when it is broken off, and what is found is not found again
        if len(self.space.blocks) > 1:
            for block, start in zip(self.space.blocks, self._starts, strict=True):
                block.write(at.NEXT, start)
        while at.STOPPED in self._crew.run(self._code.find_stuck):
            if (stopped := self._broken_off()) is not None:
                return stopped
        return None

    # ---- what ends it early, checkpoints

    def _broken_off(self) -> Stopped | None:
        """Why the kernel was asked to return; None if it was for no reason that ends the search."""
        if self._crew.is_interrupted:
            return self._stopped(INTERRUPTED)
        if self._crew.is_late:
            return self._stopped(f"--timeout {number_text(self._limits.timeout_s)}")
        self.space.write(at.STOP, 0)
        self._keeper.write_if_due(self._initial)
        return None

    def _out_of_memory(self) -> Stopped:
        """What memory could not be had for."""
        if self.space.is_numbered_out:
            return self._stopped(self.space.most_numbered)
        return dataclasses.replace(self._stopped(self._limits.of_memory), remark=self.space.obstacle)

    def _kept(self, stopped: Stopped) -> bool:
        """Write a checkpoint where the search ended early; whether there is one."""
        is_worth_it = self._initial and not self._is_judging and not self._any(at.FAILURE)
        if not is_worth_it or not self._keeper.wants(stopped):
            return False
        for _ in range(SETTLINGS):
            if self.space.is_settled:
                break
            self.space.overdraw()
            self.space.write(at.STOP, 1)
            for block in self.space.blocks:
                self._code.search(block.context)
            if self._settle is not None:
                self._settle()
        return self._keeper.write_at_the_end(self._initial, stopped)

    def _order(self) -> list[Range]:
        """The states: those that are expanded, those of the same level that are not, those of the next one."""
        blocks = self.space.blocks
        if len(blocks) == 1:
            unexpanded = blocks[0].read(at.NEXT)
            return [(0, unexpanded), (unexpanded, blocks[0].read(at.COUNT))]
        expanded: list[Range] = []
        left: list[Range] = []
        taken = sorted((block.read(at.NEXT), block.read(at.END)) for block in blocks)
        places = zip(blocks, self._starts, self._ends, self.space.shared(), strict=True)
        for block, start, end, shared in places:
            place, until = block.first, min(max(shared, start), end)
            for next_, upto in taken:  # what a worker has taken and not expanded
                if next_ < upto and place <= next_ < until:
                    expanded.append((place, next_))
                    left.append((next_, upto))
                    place = upto
            expanded.append((place, until))
            left.append((until, end))
        return [*expanded, *left, *((end, block.read(at.COUNT)) for block, end in zip(blocks, self._ends, strict=True))]

    # ---- progress

    def _tell(self, elapsed_s: float) -> None:
        assert self._report is not None
        space = self.space
        taken = dict(zip(self._actions, space.taken(), strict=False))
        expanded = space.total(at.EXPANDED)
        elapsed_s += self._keeper.elapsed_before_s
        self._report(Progress(self._counts(), expanded, elapsed_s, taken, space.load, space.used_bytes))

    # ---- counts

    def _counts(self) -> Counts:
        space = self.space
        distinct, levels = space.distinct, space.level_ends()
        depth = len(levels) + (bool(levels) and distinct > levels[-1])
        generated, expanded = space.total(at.GENERATED), space.total(at.EXPANDED)
        return Counts(self._initial or distinct, generated, distinct, depth, distinct - expanded)

    def _stopped(self, limit: str) -> Stopped:
        counts = self._counts()
        states = f"{counts.distinct:,} distinct state{'s' * (counts.distinct != 1)}"
        return Stopped(limit, f"at depth {counts.depth} with {states}, {counts.frontier:,} of them not expanded")

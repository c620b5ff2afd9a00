"""Exhaustive breadth-first search in native code: the same answers as `breadth_first`, over packed states.

The kernels in `search/kernels` do the work and return when there is something to decide. This module gives them memory,
has it grow, keeps the limits, reports, and reads off what they found. A kernel runs in a thread of its own and without
holding up other threads, so that the main one can take an interruption and report.

One worker goes from level to level by itself. Several share the table and take chunks of a level from one another; when
none is left, or memory has to grow, all of them return, so the levels and the length of every path are the same.
"""

from __future__ import annotations

import queue
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Protocol

from indoubt.explorer.search.block import Shape, Tuning
from indoubt.explorer.search.kernels import context as at
from indoubt.explorer.search.packed import Outcome
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import INTERRUPTED, NO_STATES, Counts, Limits, Stopped
from indoubt.explorer.search.workspace import Workspace

LOOK_EVERY_S = 0.05
"""How often the main thread looks at the clock while a kernel runs."""
REPORT_EVERY_S = 0.2
LOOK_EVERY_STATES = 1024
"""How often it does while it makes initial states."""
NO_LIMIT = 1 << 62

Results = queue.SimpleQueue[int | BaseException]


class Code(Protocol):
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

    @property
    def move(self) -> Callable[[int, int, int, int], object]:
        """Move a part of a table into a larger one."""
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
        actions: Sequence[str] = (),
        report: Callable[[Progress], None] | None = None,
    ) -> None:
        """`code` is compiled for as many workers; `memory_bytes` may be used, or what the machine can give if None.

        `actions` are the names of the actions, for reports of their counts.
        """
        self._code = code
        self._question = question
        self._limits = limits or Limits()
        self._report = report
        self._actions = actions
        self.space = Workspace(shape, tuning or Tuning(), code.move, memory_bytes, workers)
        self._started = self._reported = time.monotonic()
        self._interrupted = False
        self._is_late = False
        self._initial = 0
        self._unexpanded = [block.first for block in self.space.blocks]
        """Where the states of each worker begin that are not expanded in this level."""

    def run(self, initial: Iterable[int]) -> Outcome:
        """Search from the initial states, which are packed, until all is seen, violated, or a limit is reached."""
        self._started = self._reported = time.monotonic()
        with self._interruptible():
            stopped = self._search(initial)
        return self.space.outcome(self._counts(), stopped, time.monotonic() - self._started)

    def _search(self, initial: Iterable[int]) -> Stopped | None:
        space, first = self.space, self.space.first
        self._ask()
        for number, state in enumerate(initial):
            if number % LOOK_EVERY_STATES == LOOK_EVERY_STATES - 1:
                self._look()
            if self._interrupted or self._is_late:
                return self._broken_off()
            first.write_state(state)
            while self._code.meet(first.context, first.scratch) == at.FULL:
                if not space.grow():
                    return self._stopped("--memory")
            if first.read(at.MODE) == at.HALTED:
                return None
        self._initial = space.distinct
        is_violated = first.read(at.VIOLATED) != 0
        if not self._initial and not is_violated:  # everything would hold of no state
            return self._stopped(NO_STATES)
        space.begin()
        if not is_violated:
            most_depth = self._limits.max_depth
            if most_depth is not None and most_depth <= 1:
                return self._stopped(f"--max-depth {most_depth}")
            stopped = self._expand() if len(space.blocks) == 1 else self._expand_together()
            if stopped is not None or self._any(at.FAILURE):
                return stopped
        if not self._any(at.VIOLATED):
            if space.total(at.EXPANDED) != space.distinct:
                raise AssertionError(f"expanded {space.total(at.EXPANDED):,} of {space.distinct:,} states")
        elif self._question.deadlock and not self._any(at.STUCK):
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
        write(at.MOST_STATES, NO_LIMIT if most_states is None else most_states)
        write(at.MOST_LEVELS, NO_LIMIT if most_depth is None else most_depth)

    def _any(self, field: int) -> bool:
        return self.space.total(field) != 0

    def _expand(self) -> Stopped | None:
        """Run the kernel of the only worker until it has nothing to do; what ends it early is named."""
        space = self.space
        while True:
            match self._run(self._code.search)[0]:
                case at.FULL:
                    if not space.grow():
                        return self._stopped("--memory")
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
        starts = self._unexpanded
        while True:
            space.agree()
            before = space.distinct
            self._unexpanded = [block.read(at.COUNT) for block in space.blocks]
            space.share(starts)
            stopped = self._expand_level()
            if stopped is not None or self._any(at.FAILURE):
                return stopped
            if space.distinct > before:
                space.add_level()
            if self._any(at.VIOLATED) or space.distinct == before:
                return None
            if limits.max_depth is not None and len(space.level_ends()) >= limits.max_depth:
                return self._stopped(f"--max-depth {limits.max_depth}")
            starts = self._unexpanded

    def _expand_level(self) -> Stopped | None:
        """Run all workers until every state of the level is expanded."""
        space, most = self.space, self._limits.max_states
        while True:
            if most is not None:
                if space.distinct > most:
                    return self._stopped(f"--max-states {most}")
                for block in space.blocks:  # an equal part of what is left
                    block.write(at.MOST_STATES, block.read(at.COUNT) + (most - space.distinct) // len(space.blocks))
            space.point()
            reasons = self._run(self._code.search)
            if self._any(at.FAILURE):
                return None
            if (stopped := self._broken_off()) is not None:
                return stopped
            if at.FULL in reasons and not space.grow():
                return self._stopped("--memory")
            if all(reason == at.LEVEL_ENDS for reason in reasons):
                return None

    def _find_stuck(self) -> Stopped | None:
        """Look for a deadlock at the depth of a violation, in the level that is not expanded any more."""
        if len(self.space.blocks) > 1:
            for block, start in zip(self.space.blocks, self._unexpanded, strict=True):
                block.write(at.NEXT, start)
        while at.STOPPED in self._run(self._code.find_stuck):
            if (stopped := self._broken_off()) is not None:
                return stopped
        return None

    # ---- the clock, interruptions, progress

    def _run(self, kernel: Callable[[int], int]) -> list[int]:
        """Run a kernel for every worker, each in a thread, and look after them; STOPPED if they are not to run."""
        self._look()
        if self._is_late or self._interrupted:
            return [at.STOPPED]
        results: Results = queue.SimpleQueue()
        for block in self.space.blocks:
            given = (kernel, block.context, results)
            threading.Thread(target=self._work, args=given, name="indoubt search", daemon=True).start()
        try:
            return self._await(results)
        except BaseException:
            self.space.write(at.STOP, 1)  # what still runs has nothing to run for
            raise

    def _await(self, results: Results) -> list[int]:
        """Why each worker returned, when all have; raises what one of them raised."""
        reasons: list[int] = []
        failure: BaseException | None = None
        while len(reasons) < len(self.space.blocks):
            try:
                result = results.get(timeout=LOOK_EVERY_S)
            except queue.Empty:
                self._look()
                continue
            if isinstance(result, BaseException):
                failure, result = result, at.FAILED
            if result not in (at.LEVEL_ENDS, at.COMPLETE) and len(self.space.blocks) > 1:
                self.space.write(at.STOP, 1)  # the others return too, so that memory can grow
            reasons.append(result)
        self._look()
        if failure is not None:
            raise failure
        return reasons

    def _work(self, kernel: Callable[[int], int], context: int, results: Results) -> None:
        """Run a kernel. As a method it keeps the memory of the search alive, even when nobody waits for it any more."""
        try:
            results.put(kernel(context))
        except BaseException as failure:  # noqa: BLE001 - raised again in the main thread
            results.put(failure)

    def _look(self) -> None:
        now = time.monotonic()
        timeout = self._limits.timeout_s
        if timeout is not None and now - self._started > timeout:
            self._is_late = True
        if self._is_late or self._interrupted:
            self.space.write(at.STOP, 1)
        if self._report is not None and now - self._reported >= REPORT_EVERY_S:
            self._reported = now
            self._report(self._progress(now - self._started))

    def _progress(self, elapsed_s: float) -> Progress:
        space = self.space
        taken = dict(zip(self._actions, space.taken(), strict=False))
        expanded = space.total(at.EXPANDED)
        return Progress(self._counts(), expanded, elapsed_s, taken, space.load, space.used_bytes)

    def _broken_off(self) -> Stopped | None:
        """Why the kernel was asked to return; None if it was for no reason that ends the search."""
        if self._interrupted:
            return self._stopped(INTERRUPTED)
        if self._is_late:
            return self._stopped(f"--timeout {self._limits.timeout_s:g}")
        self.space.write(at.STOP, 0)
        return None

    @contextmanager
    def _interruptible(self) -> Generator[None]:
        """Have the first Ctrl-C end the search in good order, and the second one at once."""
        if threading.current_thread() is not threading.main_thread():
            yield  # only the main thread is told
            return
        before = signal.getsignal(signal.SIGINT)

        def interrupt(number: int, frame: FrameType | None) -> None:
            if self._interrupted:
                raise KeyboardInterrupt
            self._interrupted = True

        signal.signal(signal.SIGINT, interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

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

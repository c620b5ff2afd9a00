"""Compensation instead of atomic commit, as the reference module Saga: steps commit alone, a failure undoes them.

N and Mode are the parameters `n` and `mode`. `FairSaga` has EventuallyAllOrNone, with the fairness of Step and Undo;
`can_end` is what is left of it without fairness.

`no_partial_seen` fails in a trace of 5 states for n=2 and 3. With `mode=atomic` it holds: 7 and 11 distinct states; the
saga has 10 and 18.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import (
    Between,
    Parameter,
    Spec,
    action,
    eventually,
    invariant,
    reachable,
    require,
    weak,
)


class Mode(Enum):
    """When somebody may act on the effects: while some steps are done, or only after the last."""

    SAGA, ATOMIC = range(2)


class State(Enum):
    FWD, OK, BACK, UNDONE = range(4)


class Saga(Spec):
    """A transaction of n steps that commit one by one, with a compensation for each."""

    n: Parameter[Annotated[int, Between(0, 99)]] = 2
    mode: Parameter[Mode] = Mode.SAGA

    done: Annotated[int, Between(0, n)] = 0
    comp: Annotated[int, Between(0, n)] = 0
    st: State = State.FWD
    seen: bool = False

    @action(fairness=weak())
    def step(self) -> None:
        """The next step commits locally."""
        require(self.st is State.FWD and self.done < self.n)
        self.done += 1
        if self.done == self.n:
            self.st = State.OK

    @action
    def fail(self) -> None:
        """A step fails; what is done must be compensated."""
        require(self.st is State.FWD)
        self.st = State.UNDONE if self.done == 0 else State.BACK

    @action(fairness=weak())
    def undo(self) -> None:
        """The last step that still counts is compensated."""
        require(self.st is State.BACK)
        self.comp += 1
        if self.comp == self.done:
            self.st = State.UNDONE

    @action
    def observe(self) -> None:
        """Somebody acts on the effects: on a part of them, in a saga."""
        require(not self.seen)
        require(self.mode is not Mode.SAGA or 1 <= self.done - self.comp <= self.n - 1)
        require(self.mode is not Mode.ATOMIC or self.st is State.OK)
        self.seen = True

    @invariant
    def no_partial_seen(self) -> bool:
        """Nobody has acted on effects that were compensated later."""
        return not (self.seen and self.st is State.UNDONE)

    @reachable
    def can_end(self) -> bool:
        """All steps are done, or nothing is left of them."""
        return self.st is State.OK or self.st is State.UNDONE


class FairSaga(Saga):
    """With EventuallyAllOrNone, under the fairness of the module."""

    @eventually
    def eventually_all_or_none(self) -> bool:
        """In the end all steps are done, or nothing is left of them."""
        return self.st is State.OK or self.st is State.UNDONE

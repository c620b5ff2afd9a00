"""What nodes_two_phase.py means, written by hand in the state-transition style.

`TwoPhaseCommit` is the translation as the language was designed by it, where a crash is a step that empties the memory
of the TM. `WithoutCrash` is a run without faults; `WithBudgets` one with as many restarts as crashes of the TM.
"""

from __future__ import annotations

from typing import Annotated

from examples.nodes_two_phase import RM, TM, Decided, Phase, Prepare, Voted

from indoubt.specs.language import (
    Between,
    Map,
    Parameter,
    Record,
    Set,
    Spec,
    action,
    empty,
    every,
    initial,
    invariant,
    require,
)


class Envelope(Record):
    src: TM | RM
    dst: TM | RM
    message: Prepare | Voted | Decided


class WithoutCrash(Spec):
    tm_phase: Phase = Phase.WORKING
    tm_yes_votes: Set[RM] = empty()
    rms_phase: Map[RM, Phase] = every(Phase.WORKING)
    network: Set[Envelope] = empty()

    @action
    def tm_ask(self, tm: TM) -> None:
        require(self.tm_can_act())
        require(self.tm_phase is Phase.WORKING)
        for rm in RM:
            self.network.add(Envelope(tm, rm, Prepare()))

    @action
    def tm_on_vote(self, tm: TM, vote: Voted, sender: RM) -> None:
        require(self.tm_can_act())
        require(Envelope(sender, tm, vote) in self.network)
        if self.tm_phase is not Phase.WORKING:
            return
        if not vote.yes:
            self.tm_decide(tm, commit=False)
            return
        self.tm_yes_votes.add(sender)
        if all(rm in self.tm_yes_votes for rm in RM):
            self.tm_decide(tm, commit=True)

    @action
    def tm_give_up(self, tm: TM) -> None:
        require(self.tm_can_act())
        require(self.tm_phase is Phase.WORKING)
        self.tm_decide(tm, commit=False)

    def tm_decide(self, tm: TM, commit: bool) -> None:
        self.tm_phase = Phase.COMMITTED if commit else Phase.ABORTED
        for rm in RM:
            self.network.add(Envelope(tm, rm, Decided(commit)))

    def tm_can_act(self) -> bool:
        return True

    @action
    def rms_on_prepare(self, rm: RM, request: Prepare, sender: TM, can_commit: bool) -> None:
        require(Envelope(sender, rm, request) in self.network)
        require(self.rms_phase[rm] is Phase.WORKING)
        self.rms_phase[rm] = Phase.PREPARED if can_commit else Phase.ABORTED
        self.network.add(Envelope(rm, sender, Voted(yes=can_commit)))

    @action
    def rms_on_decided(self, rm: RM, decision: Decided, sender: TM) -> None:
        require(Envelope(sender, rm, decision) in self.network)
        self.rms_phase[rm] = Phase.COMMITTED if decision.commit else Phase.ABORTED

    @invariant
    def consistent(self) -> bool:
        return not any(
            self.rms_phase[a] is Phase.COMMITTED and self.rms_phase[b] is Phase.ABORTED for a in RM for b in RM
        )


class TwoPhaseCommit(WithoutCrash):
    @action
    def tm_crash(self, tm: TM) -> None:
        self.tm_yes_votes = Set()


class WithBudgets(WithoutCrash):
    crashes: Parameter[Annotated[int, Between(0, 3)]] = 1

    tm_up: bool = True
    crashes_left: Annotated[int, Between(0, crashes)]
    restarts_left: Annotated[int, Between(0, crashes)]

    @initial
    def start(self) -> None:
        self.crashes_left = self.crashes
        self.restarts_left = self.crashes

    def tm_can_act(self) -> bool:
        return self.tm_up

    @action
    def tm_crash(self, tm: TM) -> None:
        require(self.tm_up and self.crashes_left > 0)
        self.tm_up = False
        self.crashes_left -= 1

    @action
    def tm_restart(self, tm: TM) -> None:
        require(not self.tm_up and self.restarts_left > 0)
        self.tm_up = True
        self.restarts_left -= 1
        self.tm_yes_votes = Set()

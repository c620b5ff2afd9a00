"""Two-Phase Commit as the textbook tells it: a coordinator polls participants and announces the outcome.

Source: Bernstein, Hadzilacos, Goodman, "Concurrency Control and Recovery in Database Systems" (1987),
sec. 7.4; names follow Gray and Lamport (2006). Asynchronous network that loses, repeats and reorders
messages; the transaction manager may crash and restarts from its durable fields.
"""

from enum import Enum

from indoubt.specs.language import (
    Durable,
    Map,
    Message,
    Network,
    Node,
    Set,
    Sort,
    System,
    empty,
    invariant,
    on_message,
    on_timeout,
    require,
)


class TM(Sort, size=1): ...


class RM(Sort): ...


class Phase(Enum):
    WORKING, PREPARED, COMMITTED, ABORTED = range(4)


class Prepare(Message): ...


class Voted(Message):
    yes: bool


class Decided(Message):
    commit: bool


class TransactionManager(Node[TM]):
    phase: Durable[Phase] = Phase.WORKING
    yes_votes: Set[RM] = empty()

    @on_timeout
    def ask(self) -> None:
        require(self.phase is Phase.WORKING)
        self.broadcast(Prepare(), to=RM)

    @on_message
    def on_vote(self, vote: Voted, sender: RM) -> None:
        if self.phase is not Phase.WORKING:
            return  # a late vote cannot change the outcome
        if not vote.yes:
            self.decide(commit=False)
            return
        self.yes_votes.add(sender)
        if all(rm in self.yes_votes for rm in RM):
            self.decide(commit=True)

    @on_timeout
    def give_up(self) -> None:
        require(self.phase is Phase.WORKING)
        self.decide(commit=False)

    def decide(self, commit: bool) -> None:
        self.phase = Phase.COMMITTED if commit else Phase.ABORTED
        self.broadcast(Decided(commit), to=RM)


class ResourceManager(Node[RM]):
    phase: Durable[Phase] = Phase.WORKING

    @on_message
    def on_prepare(self, request: Prepare, sender: TM, can_commit: bool) -> None:
        require(self.phase is Phase.WORKING)
        self.phase = Phase.PREPARED if can_commit else Phase.ABORTED
        self.send(Voted(yes=can_commit), to=sender)

    @on_message
    def on_decided(self, decision: Decided, sender: TM) -> None:
        self.phase = Phase.COMMITTED if decision.commit else Phase.ABORTED


class TwoPhaseCommit(System):
    tm: TransactionManager
    rms: Map[RM, ResourceManager]

    network = Network.SET
    crashes = (TM,)

    @invariant
    def consistent(self) -> bool:
        """No participant commits while another aborts."""
        return not any(
            a.phase is Phase.COMMITTED and b.phase is Phase.ABORTED
            for a in self.rms.values()
            for b in self.rms.values()
        )

# $ indoubt check S214_name_that_a_loop_shares.py queues=2
# Python changes the queue that the loop is at.
from __future__ import annotations

from indoubt.specs.language import Seq, Spec, action, invariant


class Queues(Spec):
    """The element that a loop is at is a part of the state, and the loop changes that."""

    queues: Seq[Seq[bool]] = Seq([Seq[bool]()])

    @action
    def double(self) -> None:
        """Appends each queue once more."""
        for queue in self.queues:
            self.queues[0].append(True)
            self.queues.append(queue)

    @invariant
    def short(self) -> bool:
        """Few queues."""
        return len(self.queues) < 9

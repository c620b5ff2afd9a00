# $ indoubt check S324_taken_by_whom.py Node=2
from __future__ import annotations

from indoubt.specs.language import Map, Set, Sort, Spec, action, every


class Node(Sort):
    """A member."""


class Mail(Spec):
    woken: Map[Node, bool] = every(False)

    @action(by="sendr")
    def wake(self, sender: Node, receiver: Node) -> None:
        self.woken[receiver] = sender != receiver

    @action(by="group")
    def wake_all(self, group: Set[Node]) -> None:
        for n in group:
            self.woken[n] = True

    @action(by="receiver")
    def rest(self, receiver: Node) -> None:
        self.woken[receiver] = False

    @action(by="supervisor")
    def stop(self, receiver: Node) -> None:
        self.woken[receiver] = False

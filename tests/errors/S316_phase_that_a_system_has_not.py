# $ indoubt check S316_phase_that_a_system_has_not.py Node=3 quorums=flexible(q1=2,q2=2)
# The spec does not say of which phase its quorums are, and there are two.
from __future__ import annotations

from indoubt.specs.language import Quorum, Set, Sort, Spec, action, empty, quorums, reachable, require


class Node(Sort): ...


class Demo(Spec):
    seen: Set[Node] = empty()

    @action
    def see(self, q: Quorum[Node]) -> None:
        require(not q <= self.seen)
        self.seen |= q

    @reachable
    def by_a_quorum(self) -> bool:
        return any(q <= self.seen for q in quorums(Node))

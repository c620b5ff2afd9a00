"""Specs whose states are all relations of a kind among nodes, so that their orbits are what combinatorics counts.

The numbers are those of the On-Line Encyclopedia of Integer Sequences: A126285, maps of n points to themselves or
nowhere, and A000595, relations on n points, up to renaming.
"""

from __future__ import annotations

from indoubt.specs.language import Map, Record, Set, Sort, Spec, action, empty, every, invariant

POINTING = {2: 6, 3: 16, 4: 45, 5: 121, 6: 338, 7: 929}
RELATIONS = {2: 10, 3: 104, 4: 3044}


class Node(Sort):
    """A point."""


class Edge(Record):
    """From a point to a point."""

    start: Node
    end: Node


class Pointing(Spec):
    """Every node points to a node, or nowhere."""

    to: Map[Node, Node | None] = every(None)

    @action
    def point(self, n: Node, m: Node | None) -> None:
        """A node points elsewhere."""
        self.to[n] = m

    @invariant
    def no_pair(self) -> bool:
        """No two nodes point to each other."""
        return not any(self.to[n] == m and self.to[m] == n and n != m for n in Node for m in Node)


class Relation(Spec):
    """Any nodes are related to any."""

    edges: Set[Edge] = empty()

    @action
    def relate(self, n: Node, m: Node) -> None:
        """One is related to the other."""
        self.edges.add(Edge(n, m))

    @invariant
    def no_triangle(self) -> bool:
        """No three nodes go round in a circle."""
        return not any(
            Edge(a, b) in self.edges and Edge(b, c) in self.edges and Edge(c, a) in self.edges and a != b and b != c
            for a in Node
            for b in Node
            for c in Node
        )

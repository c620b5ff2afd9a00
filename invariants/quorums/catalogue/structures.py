"""Grids, groups, and quorums of which nothing is known but that they meet: rows Q6 and Q7, in first-order logic.

Sorts have any number of members. A theorem is a function from Z3's module to its axioms and its two sets of nodes; what
is claimed is that some node is in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

from indoubt.invariants.quorums.structured import FlexibleGrid, Grid, Hierarchical
from indoubt.specs.language.frozen import dataclass

GRID = "Cheung, Ammar and Ahamad, The Grid Protocol, IEEE TKDE 4(6), 1992"
FLEXIBLE = "Howard, Malkhi and Spiegelman, Flexible Paxos: Quorum Intersection Revisited, OPODIS 2016"
KUMAR = "Kumar, Hierarchical Quorum Consensus, IEEE TC 40(9), 1991"
PADON = "Padon, Losa, Sagiv and Shoham, Paxos Made EPR, OOPSLA 2017"
Family = Sequence[frozenset[int]]
Member = Callable[[Any], Any]
"""Whether a node is in a set, as a formula."""


@dataclass(frozen=True, slots=True)
class Described:
    """A theorem put to a solver: the sort of nodes, what is assumed, and whether a node is in each of the two sets."""

    node: Any
    axioms: Sequence[Any]
    sets: tuple[Member, Member]
    assumed: str
    """The axioms in words."""


@dataclass(frozen=True, slots=True)
class Structure:
    """A theorem about quorums that have a shape, for every number of nodes."""

    name: str
    row: str
    statement: str
    source: str
    describe: Callable[[Any], Described]
    shapes: Callable[[int], Iterator[tuple[str, Family, Family]]]
    """Every shape with so many nodes, in words, with the sets that A and B may be there: plain Python's reading."""
    breaks: str = ""


def _grid(z3: Any) -> tuple[Any, list[Any], Any, Any, list[Any]]:
    """The sort of nodes, the axioms of a grid, the row and the column of a node, and two rows and two columns."""
    node, row, column = (z3.DeclareSort(name) for name in ("Node", "Row", "Column"))
    row_of, column_of = z3.Function("row_of", node, row), z3.Function("column_of", node, column)
    at = z3.Function("at", row, column, node)
    r, c, n = z3.Const("r", row), z3.Const("c", column), z3.Const("n", node)
    axioms = [
        z3.ForAll([r, c], z3.And(row_of(at(r, c)) == r, column_of(at(r, c)) == c)),
        z3.ForAll([n], at(row_of(n), column_of(n)) == n),
    ]
    return node, axioms, row_of, column_of, [*z3.Consts("r1 r2", row), *z3.Consts("c1 c2", column)]


CELLS = "each row and each column share one node"


def _row_and_column(z3: Any) -> Described:
    node, axioms, row, column, (r1, r2, c1, c2) = _grid(z3)

    def cross(r: Any, c: Any) -> Member:
        return lambda n: z3.Or(row(n) == r, column(n) == c)

    return Described(node, axioms, (cross(r1, c1), cross(r2, c2)), f"{CELLS}; A and B are a row and a column")


def _rows(z3: Any) -> Described:
    node, axioms, row, _, (r1, r2, _, _) = _grid(z3)
    return Described(node, axioms, (lambda n: row(n) == r1, lambda n: row(n) == r2), f"{CELLS}; A and B are rows")


def _row_or_column(z3: Any) -> Described:
    node, axioms, row, column, (r1, _, _, c2) = _grid(z3)
    return Described(
        node, axioms, (lambda n: row(n) == r1, lambda n: column(n) == c2), f"{CELLS}; A is a row and B a column"
    )


def _groups(z3: Any, *, inner_meet: bool) -> Described:
    node, group, outer, inner = (z3.DeclareSort(name) for name in ("Node", "Group", "Outer", "Inner"))
    group_of, of = z3.Function("group_of", node, group), z3.Function("of", inner, group)
    wins = z3.Function("wins", outer, group, z3.BoolSort())
    votes = z3.Function("votes", inner, node, z3.BoolSort())
    chosen = [z3.Function(name, group, inner) for name in ("chosen1", "chosen2")]
    g, n = z3.Const("g", group), z3.Const("n", node)
    (o1, o2), (i1, i2) = z3.Consts("o1 o2", outer), z3.Consts("i1 i2", inner)
    axioms = [
        z3.ForAll([o1, o2], z3.Exists([g], z3.And(wins(o1, g), wins(o2, g)))),
        z3.ForAll([i1, n], z3.Implies(votes(i1, n), group_of(n) == of(i1))),
        *(z3.ForAll([g], of(one(g)) == g) for one in chosen),
    ]
    both = z3.And(votes(i1, n), votes(i2, n)) if inner_meet else votes(i1, n)
    axioms.append(z3.ForAll([i1, i2], z3.Implies(of(i1) == of(i2), z3.Exists([n], both))))
    won = z3.Consts("A_groups B_groups", outer)

    def member(which: int) -> Member:
        return lambda n: z3.And(wins(won[which], group_of(n)), votes(chosen[which](group_of(n)), n))

    assumed = "two quorums of groups share a group; two quorums of one group share a node"
    alone = "two quorums of groups share a group; a quorum of a group is any of its nodes"
    return Described(node, axioms, (member(0), member(1)), assumed if inner_meet else alone)


def _hierarchical(z3: Any) -> Described:
    return _groups(z3, inner_meet=True)


def _single_members(z3: Any) -> Described:
    return _groups(z3, inner_meet=False)


def _grids(nodes: int) -> Iterator[tuple[str, int, int]]:
    for rows in range(1, nodes + 1):
        if nodes % rows == 0:
            columns = nodes // rows
            yield f"{rows} row{'s' * (rows > 1)} of {columns} node{'s' * (columns > 1)}", rows, columns


def _crosses(nodes: int) -> Iterator[tuple[str, Family, Family]]:
    for text, rows, columns in _grids(nodes):
        every = list(Grid(rows, columns).minimal(range(nodes)))
        yield text, every, every


def _only_rows(nodes: int) -> Iterator[tuple[str, Family, Family]]:
    for text, rows, columns in _grids(nodes):
        every = list(FlexibleGrid(rows, columns).minimal(range(nodes), 1))
        yield text, every, every


def _lines(nodes: int) -> Iterator[tuple[str, Family, Family]]:
    for text, rows, columns in _grids(nodes):
        grid = FlexibleGrid(rows, columns)
        yield text, list(grid.minimal(range(nodes), 1)), list(grid.minimal(range(nodes), 2))


def _groupings(nodes: int) -> Iterator[tuple[int, ...]]:
    """Every way to divide so many nodes into groups, up to their order."""

    def parts(left: int, most: int) -> Iterator[tuple[int, ...]]:
        if not left:
            yield ()
        for size in range(min(left, most), 0, -1):
            yield from ((size, *rest) for rest in parts(left - size, size))

    return parts(nodes, nodes)


def _majorities_of_groups(nodes: int) -> Iterator[tuple[str, Family, Family]]:
    for groups in _groupings(nodes):
        every = list(Hierarchical(groups).minimal(range(nodes)))
        yield f"groups of {', '.join(map(str, groups))}", every, every


def _members_of_groups(nodes: int) -> Iterator[tuple[str, Family, Family]]:
    """A node of each of a majority of the groups."""
    for groups in _groupings(nodes):
        ends = [sum(groups[: number + 1]) for number in range(len(groups))]
        held = [range(end - size, end) for end, size in zip(ends, groups, strict=True)]
        won = Hierarchical((1,) * len(groups)).minimal(range(len(groups)))
        every = [frozenset(one) for chosen in won for one in product(*(held[group] for group in chosen))]
        yield f"groups of {', '.join(map(str, groups))}", every, every


STRUCTURES = (
    Structure(
        name="grid",
        row="Q6",
        statement="two quorums of a full row and a full column intersect, for every grid",
        source=GRID,
        describe=_row_and_column,
        shapes=_crosses,
    ),
    Structure(
        name="grid-rows",
        row="Q6",
        statement="two quorums of a full row intersect, for every grid",
        source="`grid` without its columns",
        breaks="grid",
        describe=_rows,
        shapes=_only_rows,
    ),
    Structure(
        name="flexible-grid",
        row="Q6",
        statement="a full row and a full column intersect, for every grid",
        source=FLEXIBLE,
        describe=_row_or_column,
        shapes=_lines,
    ),
    Structure(
        name="hierarchical",
        row="Q7",
        statement="quorums of quorums of groups intersect if quorums of groups do, and quorums of each group",
        source=KUMAR,
        describe=_hierarchical,
        shapes=_majorities_of_groups,
    ),
    Structure(
        name="hierarchical-single-members",
        row="Q7",
        statement="any members of a quorum of groups intersect, if quorums of groups do",
        source="`hierarchical` with any node for a quorum of its group",
        breaks="hierarchical",
        describe=_single_members,
        shapes=_members_of_groups,
    ),
)

"""Properties of whole runs: a run that breaks one, and that every fairness assumption allows, ends in a cycle.

A run may stand still for ever, unless fairness demands a step. So the states in which a run can stay for ever without
breaking a promise of fairness are the strongly connected components, single states included, in which each weakly fair
step is taken or impossible somewhere, and each strongly fair step is taken or impossible everywhere; where a strongly
fair step is possible and never taken, the states that enable it are removed, and the rest is looked at again. A
property is broken if such a component can be reached, and kept to, along states in which its goal fails.

Sources: Lichtenstein and Pnueli, "Checking That Finite State Concurrent Programs Satisfy Their Linear Specification"
(1985); Emerson and Lei, "Modalities for Model Checking" (1987), section 4; Tarjan (1972) for the components.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Set as AbstractSet
from functools import partial
from typing import Protocol

from indoubt.explorer.search.components import components
from indoubt.specs.language.frozen import dataclass

NOTHING_OWED = -1
MOST_TRIED = 64  # components for which a whole counterexample is built before the smallest is chosen

Edge = tuple[int, int]
"""The state that a step leads to, and the promise of fairness that it keeps, or NOTHING_OWED."""
Move = tuple[int, int, int]
"""A step in a lasso: from which state, to which, and the promise that it has to keep, or NOTHING_OWED."""
Way = tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """All steps between reachable states; `strong` says of each promise of fairness whether it is a strong one.

    Steps that lead to their own state are left out, but for those that keep a promise all the same. A step that leads
    out of what is explored has the target -1.
    """

    edges: Sequence[Sequence[Edge]]
    strong: Sequence[bool]

    def possible(self, state: int) -> set[int]:
        """The promises that some step from a state would keep."""
        return {promise for _, promise in self.edges[state] if promise != NOTHING_OWED}

    def targets(self, state: int, among: AbstractSet[int]) -> Iterator[int]:
        """The states among some others that a step leads to from a state."""
        return (to for to, _ in self.edges[state] if to in among)

    def within(self, state: int, inside: Callable[[int], bool]) -> Iterator[Edge]:
        """The steps from a state to some of the states."""
        return (edge for edge in self.edges[state] if edge[0] >= 0 and inside(edge[0]))


@dataclass(frozen=True, slots=True)
class Lasso:
    """A run that ends in a cycle: `way` leads from an initial state to `entry`, `cycle` from there back to it."""

    entry: int
    way: Way
    cycle: Way

    def __len__(self) -> int:
        return len(self.way) + len(self.cycle)


def find_lasso(
    steps: Steps,
    initial: Iterable[int],
    *,
    turns: Callable[[int], bool],
    stays: Callable[[int], bool],
    meets: Sequence[Callable[[int], bool]] = (),
    begins_turned: bool = False,
) -> Lasso | None:
    """A fair run that goes anywhere up to a state where it `turns`, and from there on is where it `stays`.

    With `begins_turned` it turns in its initial state. Its cycle has to contain a state for each condition that it
    `meets`. The way is a shortest one to its cycle, and the smallest of the runs that are tried is taken; the shortest
    of all is not looked for, which is a hard problem.
    """
    states = [state for state in range(len(steps.edges)) if stays(state)]
    home: dict[int, int] = {}
    fair = [found for found in fair_components(steps, states) if all(any(map(one, found)) for one in meets)]
    for number, component in enumerate(fair):
        home.update(dict.fromkeys(component, number))

    def cycle(entry: int) -> Way:
        return closed_cycle(_Component(steps, frozenset(fair[home[entry]]), meets), entry)

    return smallest_lasso(_ways(steps, initial, turns, stays, home, begins_turned=begins_turned), len(fair), cycle)


def smallest_lasso(ways: Iterable[tuple[int, Way]], components: int, cycle: Callable[[int], Way]) -> Lasso | None:
    """The smallest of the runs that are tried.

    `ways` leads to one state of each of so many fair components, the shortest way first; `cycle` closes a cycle there.
    """
    best: Lasso | None = None
    for tried, (entry, way) in enumerate(ways, 1):
        lasso = Lasso(entry, way, cycle(entry))
        if best is None or len(lasso) < len(best):
            best = lasso
        if tried == min(components, MOST_TRIED) or len(best) <= len(way):
            break
    return best


def fair_components(steps: Steps, states: Iterable[int]) -> Iterator[list[int]]:
    """The sets of states in which a fair run can stay for ever, visiting each of them again and again."""
    waiting = [list(states)]
    while waiting:
        among = frozenset(waiting.pop())
        for component in components(among, partial(steps.targets, among=among)):
            inside = set(component)
            possible = [steps.possible(state) for state in component]
            kept = {owed for state in component for _, owed in steps.within(state, inside.__contains__)}
            broken = set[int]().union(*possible) - kept
            weak = {owed for owed in possible[0].intersection(*possible) - kept if not steps.strong[owed]}
            strong = {owed for owed in broken if steps.strong[owed]}
            if weak:
                continue
            if not strong:
                yield component
            else:
                waiting.append([state for state, owed in zip(component, possible, strict=True) if not owed & strong])


def _ways(
    steps: Steps,
    initial: Iterable[int],
    turns: Callable[[int], bool],
    stays: Callable[[int], bool],
    home: dict[int, int],
    *,
    begins_turned: bool,
) -> Iterator[tuple[int, Way]]:
    """For each fair component a shortest way to it, the shortest first."""
    tried: set[int] = set()
    came: dict[tuple[int, bool], tuple[tuple[int, bool], Move] | None] = {}
    waiting: deque[tuple[int, bool]] = deque()

    def meet(state: int, *, has_turned: bool, before: tuple[tuple[int, bool], Move] | None) -> None:
        must = has_turned or (begins_turned and before is None)
        for place in ((state, True),) if must else ((state, True), (state, False)):
            if place[1] and not (stays(state) and (has_turned or turns(state))):
                continue
            if place not in came:
                came[place] = before
                waiting.append(place)

    for state in initial:
        meet(state, has_turned=False, before=None)
    while waiting:
        place = waiting.popleft()
        state, has_turned = place
        if has_turned and state in home and home[state] not in tried:
            tried.add(home[state])
            yield state, _traced(came, place)
        for to, _ in steps.within(state, lambda _: True):
            meet(to, has_turned=has_turned, before=(place, (state, to, NOTHING_OWED)))


def _traced(came: dict[tuple[int, bool], tuple[tuple[int, bool], Move] | None], place: tuple[int, bool]) -> Way:
    moves: list[Move] = []
    before = came[place]
    while before is not None:
        moves.append(before[1])
        before = came[before[0]]
    return tuple(reversed(moves))


@dataclass(frozen=True, slots=True)
class Meets:
    """A step to a state that meets the condition with this number."""

    condition: int


@dataclass(frozen=True, slots=True)
class Pays:
    """A step that keeps a promise, or leads where a weak one owes nothing."""

    promise: int


@dataclass(frozen=True, slots=True)
class Returns:
    """A step back to a state."""

    entry: int


Goal = Meets | Pays | Returns
"""What is looked for while a cycle is made."""


class Component(Protocol):
    """A fair component in which a cycle is to be found."""

    @property
    def strong(self) -> Sequence[bool]:
        """Of each promise, whether it is a strong one."""
        ...

    @property
    def conditions(self) -> int:
        """How many conditions there are, each of which some state of the cycle has to meet."""
        ...

    def meets(self, condition: int, state: int) -> bool:
        """Whether a state meets a condition."""
        ...

    def possible(self, state: int) -> set[int]:
        """The promises that some step from a state would keep."""
        ...

    def nearest(self, start: int, goal: Goal) -> list[Move]:
        """The shortest moves from a state within the component, the last of which is one that is looked for."""
        ...


def closed_cycle(component: Component, entry: int) -> Way:
    """A cycle that keeps, or owes nothing of, every promise; without a move where the run stands still at its entry."""
    moves: list[Move] = []
    while True:
        visited = [entry, *(to for _, to, _ in moves)]
        unmet = next(
            (
                number
                for number in range(component.conditions)
                if not any(component.meets(number, state) for state in visited)
            ),
            None,
        )
        if unmet is not None:
            goal: Goal = Meets(unmet)
        elif (owed := _owed(component, visited, moves)) is not None:
            goal = Pays(owed)
        elif visited[-1] != entry:
            goal = Returns(entry)
        else:
            return tuple(moves)
        moves += component.nearest(visited[-1], goal)


def _owed(component: Component, visited: Sequence[int], moves: Sequence[Move]) -> int | None:
    """A promise that the cycle breaks as it is."""
    possible = [component.possible(state) for state in visited]
    kept = {owed for _, _, owed in moves}
    for owed in sorted(set[int]().union(*possible) - kept):
        if component.strong[owed] or all(owed in one for one in possible):
            return owed
    return None


class _Component:
    """A fair component of collected steps."""

    def __init__(self, steps: Steps, inside: frozenset[int], meets: Sequence[Callable[[int], bool]]) -> None:
        self._steps, self._inside, self._meets = steps, inside, meets
        self.strong = steps.strong
        self.conditions = len(meets)
        self.possible = steps.possible

    def meets(self, condition: int, state: int) -> bool:
        return self._meets[condition](state)

    def _is_goal(self, goal: Goal, move: Move) -> bool:
        match goal:
            case Meets(condition):
                return self._meets[condition](move[1])
            case Pays(owed):
                return move[2] == owed or (not self.strong[owed] and owed not in self.possible(move[1]))
            case Returns(entry):
                return move[1] == entry

    def nearest(self, start: int, goal: Goal) -> list[Move]:
        came: dict[int, Move | None] = {start: None}
        waiting = deque([start])
        while waiting:
            state = waiting.popleft()
            for to, owed in self._steps.within(state, self._inside.__contains__):
                move = (state, to, owed)
                if self._is_goal(goal, move):
                    moves = [move]
                    while (before := came[moves[-1][0]]) is not None:
                        moves.append(before)
                    return moves[::-1]
                if to not in came:
                    came[to] = move
                    waiting.append(to)
        raise AssertionError("a fair component has a way between any two of its states")

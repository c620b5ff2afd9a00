"""Strongly connected components, without recursion, so that long chains of states do no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator


def components(states: Iterable[int], successors: Callable[[int], Iterable[int]]) -> Iterator[list[int]]:
    """The strongly connected components of a graph, in the reverse of a topological order.

    Source: Tarjan, "Depth-First Search and Linear Graph Algorithms" (1972), section 4.
    """
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    is_open: set[int] = set()
    for root in states:
        if root in number:
            continue
        number[root] = low[root] = len(number)
        path.append(root)
        is_open.add(root)
        calls = [(root, iter(successors(root)))]
        while calls:
            state, rest = calls[-1]
            for to in rest:
                if to not in number:
                    number[to] = low[to] = len(number)
                    path.append(to)
                    is_open.add(to)
                    calls.append((to, iter(successors(to))))
                    break
                if to in is_open:
                    low[state] = min(low[state], number[to])
            else:
                calls.pop()
                if calls:
                    low[calls[-1][0]] = min(low[calls[-1][0]], low[state])
                if low[state] == number[state]:
                    component = [path.pop()]
                    while component[-1] != state:
                        component.append(path.pop())
                    is_open.difference_update(component)
                    yield component

"""Theorems as their authors write them: Python functions over sets of nodes and numbers.

    @theorem
    def majorities_meet(N: int, A: Nodes, B: Nodes) -> bool:
        \"\"\"Two majorities have a node in common.\"\"\"
        require(2 * len(A) > N)
        require(2 * len(B) > N)
        return len(A & B) >= 1

`N` is the number of all nodes, at least 1; other integers are any natural numbers, so never below 0; `Weights` gives
nodes a weight, a natural number as well. Like a spec, a theorem runs as it stands, on concrete sets, and the same
source is lowered once for the solvers (`lowering`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Set as AbstractSet
from typing import Any, overload

from indoubt.specs.language.guards import NotEnabled

ALL_NODES = "N"
"""The parameter that is the number of all nodes."""


Nodes = frozenset[int]
"""A set of nodes, which are numbered from 0, as the members of a sort are."""


class Weights:
    """A weight for each node, a natural number: `w(A)` is the weight of a set, `w()` that of all nodes."""

    least = 0

    def __init__(self, weights: Mapping[int, int]) -> None:
        self.weights = dict(weights)

    def __call__(self, *sets: AbstractSet[int]) -> int:
        """The weight of the nodes that are in every set."""
        return sum(weight for node, weight in self.weights.items() if all(node in one for one in sets))


class PositiveWeights(Weights):
    """A weight for each node, at least 1."""

    least = 1


class Theorem:
    """A theorem: a function that returns True for all sets and numbers that meet its `require`s."""

    def __init__(
        self, function: Callable[..., bool], *, row: str = "", source: str = "", breaks: str = "", some: tuple[str, ...]
    ) -> None:
        self.function = function
        self.row = row
        """Its place in the table of theorems, Q1 to Q14 and their parts; empty for a theorem of a user."""
        self.source = source
        self.breaks = breaks
        """The name of the theorem of which this is a broken variant, to be refuted; empty for a theorem."""
        self.some = some
        """The parameters that are claimed to exist, where the others are any."""

    @property
    def name(self) -> str:
        """The name by which a theorem is asked for."""
        return self.function.__name__.replace("_", "-")

    @property
    def statement(self) -> str:
        """The first paragraph of its docstring, without a full stop; empty where it has none."""
        text = inspect.getdoc(self.function) or ""
        return " ".join(text.split("\n\n")[0].split()).rstrip(".")

    def is_true(self, *arguments: Any) -> bool | None:
        """What the function says of concrete sets and numbers; None where they do not meet what it requires.

        Raises ValueError for what no theorem is about: a number below 0, N below 1, nodes that are not 0 to N - 1.
        """
        self._refuse_impossible(arguments)
        try:
            return bool(self.function(*arguments))
        except NotEnabled:
            return None

    def _refuse_impossible(self, arguments: tuple[Any, ...]) -> None:
        names = self.function.__code__.co_varnames[: self.function.__code__.co_argcount]
        given = dict(zip(names, arguments, strict=False))
        for name, value in given.items():
            least = 1 if name == ALL_NODES else 0
            numbers = value.weights.values() if isinstance(value, Weights) else [value]
            if any(isinstance(one, int) and one < least for one in numbers):
                shown = dict(value.weights) if isinstance(value, Weights) else value
                raise ValueError(f"{name}={shown}: no theorem is about it; give whole numbers from {least} up")
            is_set = isinstance(value, AbstractSet)
            nodes = Nodes(value if is_set else ())  # pyright: ignore[reportUnknownArgumentType]
            every = given.get(ALL_NODES)
            if every is not None and not all(0 <= node < every for node in nodes):
                held = ", ".join(map(str, sorted(nodes)))
                raise ValueError(f"{name} is {{{held}}}, and N={every}; the nodes are numbered from 0 to {every - 1}")

    def __repr__(self) -> str:
        return f"<Theorem {self.name}{self.statement and f': {self.statement}'}>"


@overload
def theorem(function: Callable[..., bool], /) -> Theorem: ...
@overload
def theorem(
    *, source: str = "", some: str | tuple[str, ...] = (), row: str = "", breaks: str = ""
) -> Callable[[Callable[..., bool]], Theorem]: ...
def theorem(
    function: Callable[..., bool] | None = None,
    /,
    *,
    source: str = "",
    some: str | tuple[str, ...] = (),
    row: str = "",
    breaks: str = "",
) -> Theorem | Callable[[Callable[..., bool]], Theorem]:
    """Make a function a theorem: what it returns is claimed of all sets and numbers that meet its `require`s.

    Its parameters are `N: int`, the number of all nodes, from 1 up; other `int`s, from 0 up; sets, `Nodes`; and once
    `Weights`, natural numbers as well. Its docstring says what it states. `some` names parameters that mean "there
    are": for all the others there are such that it returns True. `source` says where the theorem is from; `breaks`
    names the theorem that this one is a broken variant of.
    """
    chosen = (some,) if isinstance(some, str) else tuple(some)

    def made(of: Callable[..., bool]) -> Theorem:
        return Theorem(of, row=row, source=source, breaks=breaks, some=chosen)

    return made if function is None else made(function)

"""The page docs/counts.md: the count table for readers. tests/docs/test_counts.py compares it and writes it anew."""

from __future__ import annotations

from collections.abc import Iterator

from counts.row import Row, When
from counts.table import FAMILIES

from indoubt import Verdict
from indoubt.specs.language.machine import methods_of

OPENING = """\
# Known counts

Every row is a check whose answer is known: how many states there are, whether each property holds, and how long a
shortest counterexample is. The tests run the rows, [`python -m benchmarks counts`](../benchmarks/README.md) times them,
and this page is written from the same table, in `tests/counts`: `pytest tests/docs/test_counts.py --update-golden`.

States are counted as TLC counts them: *initial* and *distinct* states; *generated* ones, which are the initial states
and every step of every state; and the *depth*, the number of states on the longest of the shortest paths. The counts of
a search that ends at a violation depend on its order, so a row with a violation has only the length of the shortest
counterexample, in states, the initial one included; none for a property of whole runs. A dash is a figure that is not
compared.

Specs that `indoubt list` does not have are ports of TLA+ modules, variable by variable, in `tests/oracles`, or
examples, in `tests/examples`. *slow* takes more than about five seconds, *by hand* is left out of the tests.
Sections are those of `protocols.md`, the list of figures that the project set out to meet, which is not in the
repository.

"""


def page() -> str:
    """The whole page."""
    return OPENING + "\n".join(line for name, rows in FAMILIES for line in _family(name, rows))


def _family(name: str, rows: tuple[Row, ...]) -> Iterator[str]:
    sources = list(dict.fromkeys(row.source for row in rows))
    yield f"## {name}"
    yield ""
    yield "| spec | sizes, parameters, switches | verdict | initial | distinct | generated | depth | run | source |"
    yield "|---|---|---|--:|--:|--:|--:|---|--:|"
    for row in rows:
        yield _line(row, sources.index(row.source) + 1)
    yield ""
    for number, source in enumerate(sources, 1):
        section = "" if source.section is None else f", section {source.section} of protocols.md"
        yield f"{number}. {source.text}{section}"
    yield ""


def _line(row: Row, source: int) -> str:
    expected = row.expected
    counts = (expected.initial, expected.distinct, expected.generated, expected.depth)
    run = {When.ALWAYS: "", When.SLOW: "slow", When.BY_HAND: "by hand"}[row.when]
    numbers = ["-" if count is None else f"{count:,}" for count in counts]
    cells = [f"`{row.spec.__name__}`", f"`{row.words}`" if row.words else "", verdict(row), *numbers, run, str(source)]
    return f"| {' | '.join(cells)} |"


def verdict(row: Row) -> str:
    """What the row says of its properties, in the words of the README."""
    expected = row.expected
    if row.symmetry:
        return f"states up to renaming {', '.join(sort.__name__ for sort in row.symmetry)}"
    if row.about is None:
        return "holds" if row.properties is None else f"{', '.join(row.properties)} {_plural(row.properties)}"
    if expected.verdict is Verdict.HOLDS:
        return f"{row.about} reached, {expected.length} states" if expected.length else f"{row.about} holds"
    if expected.length:
        return f"{row.about} violated, {expected.length} states"
    return f"{row.about} never reached" if row.about in methods_of(row.spec, "reachable") else f"{row.about} violated"


def _plural(properties: tuple[str, ...]) -> str:
    return "holds" if len(properties) == 1 else "hold"

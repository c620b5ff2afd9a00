"""What a search went through: how often each action was taken, and how many states lie at each depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from indoubt.explorer.search.result import Verdict
from indoubt.runs.result import Envelope, Result

NAMED = 5
"""How many actions that were never taken the summary names."""
WIDTH = 40
"""Characters of the longest bar."""
PARTS = " ▏▎▍▌▋▊▉"
"""Eighths of a character, to draw a bar with."""

Row = tuple[str, str]
"""A label and a text."""


def summary(result: Result) -> Iterator[Row]:
    """Two lines: how wide the levels are, and what was never taken."""
    if result.levels:
        most = max(result.levels)
        depth = result.levels.index(most) + 1
        yield "depths", f"{len(result.levels)}, the widest with {_states(most)} at depth {depth}"
    if result.envelope.taken:
        is_final = result.verdict is Verdict.HOLDS and result.stopped is None
        yield "actions", taken_text(result.envelope, is_final=is_final)


def taken_text(envelope: Envelope, *, is_final: bool, most_named: int = NAMED) -> str:
    """How many actions were taken; the faults among them have a line of their own."""
    taken = {name: count for name, count in envelope.taken.items() if name not in envelope.faults}
    never = [name for name, count in taken.items() if not count]
    if not taken:
        return "faults alone"
    if not never:
        return f"each of {len(taken)} taken at least once" if len(taken) > 1 else "the only one is taken"
    named = ", ".join(never[:most_named])
    if len(never) > most_named:
        named += f" and {len(never) - most_named} more (--coverage)"
    yet = "" if is_final else " so far"
    return f"{len(taken) - len(never)} of {len(taken)} taken; never{yet}: {named}"


def details(result: Result) -> list[str]:
    """Two tables: the actions with the number of their steps, and the depths with the number of new states."""
    actions = bars("steps of each action", result.envelope.taken)
    return [*actions, "", *bars("states at each depth", _depths(result))]


def _depths(result: Result) -> dict[str, int]:
    digits = len(str(len(result.levels)))
    return {f"{depth:>{digits}}": count for depth, count in enumerate(result.levels, start=1)}


def bars(title: str, counts: Mapping[str, int]) -> list[str]:
    """A table of counts with their shares, and a bar for each."""
    total, most = sum(counts.values()), max(counts.values(), default=0)
    names = max(map(len, counts), default=0)
    digits = max((len(f"{count:,}") for count in counts.values()), default=0)
    lines = [f"  {title}, {total:,} in all", ""]
    for name, count in counts.items():
        share = count / total if total else 0.0
        lines.append(f"    {name:<{names}}  {count:>{digits},}  {share:>6.1%}  {bar(count, most)}".rstrip())
    return lines


def bar(count: int, most: int) -> str:
    """A bar as long as its share of the longest; whatever is more than nothing can be seen."""
    eighths = max(1, count * WIDTH * 8 // most) if count else 0
    return "█" * (eighths // 8) + (PARTS[eighths % 8] if eighths % 8 else "")


def _states(count: int) -> str:
    return f"{count:,} state{'s' * (count != 1)}"

"""What a function of LLVM has computed at a place of its text, so that nothing is computed twice there."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Known(Generic[T]):
    """What is known at a place of the code: results of instructions, and what cells hold.

    A label is reached from blocks that its beginning dominates: those behind the place where it was named. So what was
    known there is known at the label, unless a cell was written since. At a "top", to which later blocks go back, no
    cell is known.
    """

    def __init__(self) -> None:
        self._results: dict[str, T] = {}
        self._cells: dict[str, T] = {}
        self._trail: list[tuple[bool, str]] = []
        self._marks: dict[str, int] = {}
        self._named: list[str] = []
        self._reached: set[str] = set()

    def mark(self, label: str) -> None:
        """A label is named."""
        self._marks[label] = len(self._trail)
        self._named.append(label)

    def reach(self, label: str) -> None:
        """The block of a label begins."""
        mark = self._marks.get(label, 0)
        while len(self._trail) > mark:
            is_cell, key = self._trail.pop()
            (self._cells if is_cell else self._results).pop(key, None)
        for other in reversed(self._named):  # what is named later has no more than what is left
            if self._marks[other] <= mark:
                break
            self._marks[other] = mark
        if label.startswith("top"):
            self._cells.clear()
        self._reached.add(label)

    def leave_for(self, label: str) -> None:
        """A block goes to a label."""
        assert label not in self._reached or label.startswith("top"), f"{label} is the top of a loop"

    def computed(self, instruction: str) -> T | None:
        """The result of an instruction."""
        return self._results.get(instruction)

    def compute(self, instruction: str, result: T) -> None:
        """An instruction was written."""
        self._results[instruction] = result
        self._trail.append((False, instruction))

    def held(self, pointer: str) -> T | None:
        """What a cell holds."""
        return self._cells.get(pointer)

    def stored(self, pointer: str, value: T) -> None:
        """A cell was written, or read."""
        self._cells[pointer] = value
        self._trail.append((True, pointer))

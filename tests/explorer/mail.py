"""A spec with everything that a search has to keep apart, small enough to be searched in many ways."""

from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import (
    Bag,
    Between,
    Map,
    Message,
    Parameter,
    Seq,
    Set,
    Sort,
    Spec,
    action,
    constraint,
    empty,
    every,
    invariant,
    reachable,
    require,
    step_invariant,
    view,
)

Number = Annotated[int, Between(0, 63)]


class Clerk(Sort):
    """Who gets letters."""


class Letter(Message):
    """One of many, so that sets of letters are kept in slots."""

    to: Clerk
    number: Number
    weight: Number


class Mail(Spec):
    """Letters are written, sorted and read; there are more of them than slots at first."""

    most: Parameter[Annotated[int, Between(0, 9)]] = 2
    light: Parameter[Annotated[int, Between(0, 9)]] = 9
    """Letters from this number on break an assertion when they are read."""
    last: Parameter[Annotated[int, Between(0, 9)]] = 9
    """A letter with this number makes a clerk forget what was read."""
    queue: Seq[Letter] = empty()
    heap: Bag[Letter] = empty()
    read: Set[Letter] = empty()
    tired: Map[Clerk, Annotated[int, Between(0, 3)]] = every(0)

    @action
    def write(self, clerk: Clerk) -> None:
        """The next letter, to somebody."""
        number = len(self.queue) + len(self.heap) + len(self.read)
        require(number < self.most)
        self.queue.append(Letter(clerk, number, 63 - number))

    @action
    def sort(self) -> None:
        """The first of the queue goes to the others, whatever it weighs."""
        require(len(self.queue) > 0)
        self.heap.add(self.queue[0])
        self.queue.pop_first()

    @action
    def open(self, letter: Letter) -> None:
        """Somebody reads it, and is more tired as long as that is possible."""
        require(letter in self.heap)
        assert letter.number < self.light
        self.heap.remove(letter)
        self.read.add(letter)
        self.tired[letter.to] += 1
        if letter.number == self.last:
            self.read = empty()

    @invariant
    def nobody_exhausted(self) -> bool:
        """There is somebody who is awake."""
        return any(self.tired[clerk] < 3 for clerk in Clerk)

    @invariant
    def read_once(self) -> bool:
        """What is read does not lie on the heap."""
        return not any(letter in self.heap for letter in self.read)

    @step_invariant
    def nothing_forgotten(self, after: Mail) -> bool:
        """What is read remains read."""
        return len(after.read) >= len(self.read)

    @reachable
    def all_read(self) -> bool:
        """Nothing is left to be read."""
        return len(self.read) == self.most

    @reachable
    def never(self) -> bool:
        """Nobody becomes that tired."""
        return all(self.tired[clerk] == 3 for clerk in Clerk) and len(self.read) == 0

    @constraint
    def short(self) -> bool:
        """Few letters wait."""
        return len(self.queue) < 2

    @view
    def whole(self) -> object:
        """All that a step depends on."""
        return self.queue, self.heap, self.read, self.tired

"""Mistakes of a system, each with the class and the member that it is about."""

from __future__ import annotations

from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Wrong:
    """A mistake of a system: `member` of the class `owner`, and a parameter of that member if it is about one."""

    code: str
    title: str
    owner: type
    member: str
    label: str
    help: str
    parameter: str | None = None


class WrongSystem(TypeError):
    """What is wrong with the classes of a system."""

    def __init__(self, mistakes: list[Wrong]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(f"{one.title}; {one.help}" for one in mistakes))

"""`self.suspects(x)` and `self.trusts(x)` in a method: what they read, and what is told where nothing answers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indoubt.specs.language.detectors import CLASSES, QUESTIONS, Detector
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.layout import Layout, Part
from indoubt.specs.language.questions import is_own_name
from indoubt.specs.language.watching import Watch

Told = tuple[str, str, str, str]
"""Code, title, label and help of a mistake."""


@dataclass(frozen=True)
class Asking:
    """The detector of a run, as those see it who ask."""

    detector: Detector | None = None
    watch: Watch | None = None

    def is_question(self, part: Part, name: str) -> bool:
        """Whether a method of a node asks the detector."""
        return name in QUESTIONS and not is_own_name(part.cls, name)

    def mistake(self, name: str, arguments: int, own: str) -> Told | None:
        """What is wrong with a question of so many arguments, where something is."""
        if arguments != 1:
            help_ = f"write `{own}.{name}(x)`, where x is the address of a node"
            return "S324", f"`{own}.{name}` takes the address of a node", "asks about whom?", help_
        if self.detector is not None and self.detector.question == name:
            return None
        those = [one for one in CLASSES if (one == "Omega") == (name == "trusts")]
        there_are = (
            f"those that answer are {', '.join(those)}" if len(those) > 1 else f"the one that answers is {those[0]}"
        )
        example = "Detector.omega()" if name == "trusts" else "Detector.perfect()"
        edit = f"run it with `--detector {those[0]}`, or write `detector = {example}` in the system; {there_are}"
        has = "no failure detector" if self.detector is None else f"the detector {self.detector}"
        return "S511", f"`{own}.{name}` asks a failure detector, and this run has {has}", "nobody answers", edit

    def keeps(self, part: Part) -> bool:
        """Whether the state has what the nodes of a part are told."""
        return self.watch is not None and part.name in self.watch.targets

    def only_of(self, layout: Layout, names: Mapping[str, Any], name: str) -> Part | None:
        """The single node whose sort a name is."""
        part = layout.part_of(names.get(name)) if isinstance(names.get(name), type) else None
        return part if part is not None and not part.is_many else None

    def several(self, layout: Layout, names: Mapping[str, Any], name: str) -> bool:
        """Whether a name is the sort of several nodes."""
        part = layout.part_of(names.get(name)) if isinstance(names.get(name), type) else None
        return part is not None and part.is_many

"""The steps of a failure detector as syntax; what each means in plain Python is in `specs.language.suspicions`.

In the texts `WATCH` stands for what the node that takes the step is told, `OTHER` for the node that it is about, and
`CHOSEN` for the node that the detector has chosen to be right about.
"""

from __future__ import annotations

import ast

from indoubt.explorer.frontend.desugar.functions import Replacement, expression
from indoubt.explorer.frontend.desugar.places import Places
from indoubt.specs.language.layout import ADDRESS, Part
from indoubt.specs.language.steps import Plan, cut_name
from indoubt.specs.language.watching import GST, LEADER, MISTAKES, OTHER, SPARED, Watch

ASKER = "self.asker"
"""A name of the translation, for the nodes that ask the detector."""


class Oracle:
    """Makes the statements of the steps; `crashing` are the parts that have nodes which crash in this run."""

    def __init__(self, places: Places, watch: Watch, crashing: frozenset[str], has_cuts: bool) -> None:
        self.places = places
        self.watch = watch
        self.crashing = crashing
        self.has_cuts = has_cuts

    def body(self, plan: Plan, at: ast.AST) -> list[ast.stmt]:
        """The statements of a step of the detector."""
        if plan.part is not None:
            return self._of_node(plan, plan.part, at)
        if plan.kind == "gst" and self.watch.detector.kind == "eventually-P":
            return self._stable(at)
        guards = self._placed("require(CHOSEN is None)", at) + self._require(self._is_up(self.watch.watched), at)
        chosen = self._placed("CHOSEN = OTHER", at)
        return [*guards, *chosen, *(self._obeyed(at) if plan.kind == "gst" else [])]

    def may_crash(self, part: Part, at: ast.AST) -> list[ast.stmt]:
        """The guards of a crash: one of the nodes that a class speaks of has to be correct."""
        if not self.watch.detector.needs_correct or part not in self.watch.watched:
            return []
        others: list[str] = []
        for one in self.watch.watched:
            if one is not part:
                others.append(self._some_up(one, ""))
            elif one.is_many:
                others.append(self._some_up(one, f"EACH != OWN_{one.name}"))
        guards = self._placed(f"require(CHOSEN != OWN_{part.name})", at)
        return guards if "True" in others else [*guards, *self._require(" or ".join(others) or "False", at)]

    def _some_up(self, part: Part, condition: str) -> str:
        """The text of whether some node of a part is up."""
        if part.name not in self.crashing:
            return "True"
        if not part.is_many:
            return f"UP_{part.name}"
        test = f"{condition} and UP_{part.name}[EACH]" if condition else f"UP_{part.name}[EACH]"
        return f"any({test} for EACH in {self.places.sort(part)})"

    def _of_node(self, plan: Plan, part: Part, at: ast.AST) -> list[ast.stmt]:
        targets, watch = self.watch.of(part), self.places.field(part, self.watch.detector.question, at)

        def placed(text: str) -> list[ast.stmt]:
            return self._placed(text, at, WATCH=watch)

        up = self._require(f"UP_{part.name}{f'[OWN_{part.name}]' if part.is_many else ''}", at)
        guards = up if part.name in self.crashing else []
        if plan.kind == "trust":
            return [
                *guards,
                *placed("require(WATCH != OTHER)"),
                *placed("require(CHOSEN is None)"),
                *placed("WATCH = OTHER"),
            ]
        if plan.kind == "trust_again":
            guards += placed("require(OTHER in WATCH)") + self._require(self._may_retract(part), at)
            return [*guards, *placed("WATCH.remove(OTHER)")]
        guards += placed("require(OTHER not in WATCH)")
        if part in targets:
            guards += self._require(f"OTHER != OWN_{part.name}", at)
        if plan.kind == "suspect":
            return [*guards, *self._require(f"not ({self._is_up(targets)})", at), *placed("WATCH.add(OTHER)")]
        guards += self._require(self._is_up(targets), at) + self._require(self._may_be_wrong(part), at)
        if self.watch.detector.mistakes is None:
            return [*guards, *placed("WATCH.add(OTHER)")]
        return [*guards, *placed("require(LEFT > 0)"), *placed("LEFT -= 1"), *placed("WATCH.add(OTHER)")]

    def _may_be_wrong(self, part: Part) -> str:
        """The text of whether the class permits that one is suspected who is up."""
        match self.watch.detector.kind:
            case "eventually-P":
                return "not GST"
            case "S":
                return "CHOSEN is not None and CHOSEN != OTHER"
            case "eventually-S":
                return "CHOSEN != OTHER"
            case _:
                return self._is_cut_off(part, self.watch.of(part))

    def _may_retract(self, part: Part) -> str:
        targets = self.watch.of(part)
        up = self._is_up(targets)
        match self.watch.detector.kind:
            case "eventually-P":
                return "not GST"
            case "eventually-S":
                return "True" if up == "True" else f"CHOSEN is None or ({up})"
            case "timeout":
                return f"({up}) and not ({self._is_cut_off(part, targets)})"
            case _:
                return up

    def _stable(self, at: ast.AST) -> list[ast.stmt]:
        """Eventually P keeps its promise: nobody who is up is suspected any more."""
        found = [*self._require("not GST", at), *self._placed("GST = True", at)]
        for asker in self.watch.askers:
            up = self._is_up(self.watch.of(asker), "ONE")
            crashed = "Set()" if up == "True" else f"{{ONE for ONE in WATCH if not ({up})}}"
            found += self._for_each(asker, f"WATCH = {crashed}", at)
        return found

    def _obeyed(self, at: ast.AST) -> list[ast.stmt]:
        """Whom the detector has chosen is trusted, or no longer suspected, by all."""
        is_leader = self.watch.detector.question == "trusts"
        text = "WATCH = OTHER" if is_leader else "WATCH = {ONE for ONE in WATCH if ONE != OTHER}"
        return [one for asker in self.watch.askers for one in self._for_each(asker, text, at)]

    def _for_each(self, asker: Part, text: str, at: ast.AST) -> list[ast.stmt]:
        table = self._state(self.watch.variable(asker), at)
        if not asker.is_many:
            return self._placed(text, at, WATCH=table)
        each = self.places.at_address(table, ASKER, at)
        return self._placed(f"for ASKER in {self.places.sort(asker)}:\n    {text}", at, WATCH=each)

    def _is_up(self, targets: tuple[Part, ...], other: str = "OTHER") -> str:
        """The text of whether a node is up."""
        if not any(part.name in self.crashing for part in targets):
            return "True"
        if len(targets) == 1:
            (part,) = targets
            return f"UP_{part.name}[{other}]" if part.is_many else f"UP_{part.name}"
        tests = [
            f"{other} == OWN_{part.name}{f' and UP_{part.name}' if part.name in self.crashing else ''}"
            if not part.is_many
            else f"any(EACH == {other}{f' and UP_{part.name}[EACH]' if part.name in self.crashing else ''}"
            f" for EACH in {self.places.sort(part)})"
            for part in targets
        ]
        return " or ".join(tests)

    def _is_cut_off(self, part: Part, targets: tuple[Part, ...]) -> str:
        """The text of whether a partition keeps a node from hearing another one."""
        tests: list[str] = []
        for target in targets:
            ends = self.watch.heard(part, target)
            if ends is not None and self.has_cuts:
                keys = f"[EACH][OWN_{part.name}]" if ends[1] is part else f"[OWN_{part.name}][EACH]"
                cut = f"CUT_{ends[0].name}_{ends[1].name}{keys}"
                tests.append(f"any(EACH == OTHER and {cut} for EACH in {self.places.sort(target)})")
        return " or ".join(tests) or "False"

    def _require(self, test: str, at: ast.AST) -> list[ast.stmt]:
        return [] if test == "True" else self._placed(f"require({test})", at)

    def _placed(self, text: str, at: ast.AST, **more: Replacement) -> list[ast.stmt]:
        """The statements of a text, with what its names stand for."""
        chosen = LEADER if self.watch.detector.kind == "Omega" else SPARED
        names: dict[str, Replacement] = {"OTHER": OTHER, "ONE": "self.one", "EACH": "self.each", "ASKER": ASKER}
        names |= {name: self._state(held, at) for name, held in (("CHOSEN", chosen), ("GST", GST), ("LEFT", MISTAKES))}
        layout = self.places.layout
        for part in layout.parts.values():
            names[f"OWN_{part.name}"] = ADDRESS if part.is_many else self.places.only(part)
            names[f"UP_{part.name}"] = self._state(part.variable("is_up"), at)
        for ends in layout.links:
            names[f"CUT_{ends[0]}_{ends[1]}"] = self._state(cut_name(*ends), at)
        return self.places.placed(text, at, **(names | more))

    def _state(self, variable: str, at: ast.AST) -> ast.expr:
        return expression("STATE.HELD", at, {"STATE": self.places.state, "HELD": variable})

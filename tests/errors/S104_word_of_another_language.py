# $ indoubt check S104_word_of_another_language.py P=2
# TLA+ has a quantifier of that name.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every, require


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def go(self, p: P) -> None:
        require(exists(q for q in P))
        self.voted[p] = True

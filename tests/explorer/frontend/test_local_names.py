"""Local names on several paths, and local names of containers: the machine means what Python means, or it is refused.

Each body is the action `step` of a spec whose other actions take its variables through all their values; the machine
and the plain Python source are compared state by state.
"""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from spec_texts import HEADER, lowered, spec_of
from test_agreement import agree

from indoubt import SpecError

OTHERS = """
votes: Map[Node, Set[Node]] = every(empty())
numbers: Set[Annotated[int, Between(0, 3)]] = empty()

@action
def toggle(self) -> None:
    self.on = not self.on

@action
def see(self, n: Node) -> None:
    self.seen.add(n)

@action
def rise(self) -> None:
    self.count = 0 if self.count == 3 else self.count + 1

@action
def begin(self, r: Rank | None) -> None:
    self.rank = r

@action
def collect(self) -> None:
    self.numbers.add(self.count)

@action
def step(self, n: Node) -> None:
"""

AGREE = {
    "a branch binds a wider type": """
        r = None
        if self.on:
            r = self.rank
        self.rank = r
    """,
    "a branch binds what leaves the interval": """
        c = 3
        if self.on:
            c = 9
        self.count = c
    """,
    "both branches bind different constants": """
        if self.on:
            c = 1
        elif n in self.seen:
            c = 2
        else:
            c = 3
        self.count = c
    """,
    "the other branch has returned": """
        r = None
        if self.rank is not None:
            r = self.rank
        else:
            return
        self.rank = r.next()
    """,
    "a test is forgotten where a branch binds the name anew": """
        r: Rank | None = first(Rank)
        if self.on:
            r = None
        if r is not None:
            self.rank = r.next()
    """,
    "a loop counts": """
        c = 0
        for m in Node:
            if m in self.seen:
                c += 1
        self.count = c
    """,
    "a loop counts too far": """
        c = 3
        for m in Node:
            c = c + 1
        self.count = c
    """,
    "a loop counts in a map": """
        c = Map({m: 0 for m in Node})
        for i in range(3):
            c = Map({m: (c[m] + 1 if m == n and i != self.count else c[m]) for m in Node})
        self.count = c[n]
    """,
    "a loop binds a wider type": """
        r = None
        for m in Node:
            if m in self.seen:
                r = self.rank
        self.rank = r
    """,
    "an augmented local set is a new set": """
        s = self.seen
        s |= {n}
        self.votes[n] = s
    """,
    "an augmented variable leaves a local name alone": """
        s = self.seen
        self.seen |= {n}
        self.votes[n] = s
    """,
    "an entry that is replaced leaves a local name alone": """
        s = self.votes[n]
        self.votes[n] = self.seen
        self.seen = s
    """,
    "an integer outside of a set's interval is no element": """
        require(self.count + 2 in self.numbers)
        self.on = False
    """,
    "sets of integers with different intervals are compared": """
        self.on = self.numbers == {self.count, self.count + 3}
    """,
    "an integer is looked for among constants": """
        self.on = self.count in {0, 1}
    """,
}
REFUSED = {
    "a set that has changed under its local name": (
        "S214",
        """
        s = self.seen
        self.seen.add(n)
        self.votes[n] = s
        """,
    ),
    "a set that changes in another turn of the loop": (
        "S214",
        """
        s = self.seen
        for m in Node:
            if m in s:
                self.on = True
            self.seen.add(n)
        """,
    ),
    "a map that has changed under its local name": (
        "S214",
        """
        v = self.votes
        self.votes[n] = self.seen
        self.seen = v[n]
        """,
    ),
    "an entry that a loop changes while it reads it": (
        "S214",
        """
        for m, s in self.votes.items():
            self.votes[m].add(n)
            self.on = n in s
        """,
    ),
    "a name of one branch": (
        "S108",
        """
        if self.on:
            c = 1
        self.count = c
        """,
    ),
    "a name that only a loop binds": (
        "S108",
        """
        for m in Node:
            c = 1
        self.count = c
        """,
    ),
    "identity of sort members": (
        "S306",
        """
        for m in Node:
            if m is n:
                self.on = True
        """,
    ),
}


def members(body: str) -> str:
    """The members of a spec with this body for its action `step`."""
    return OTHERS + indent(dedent(body), "    ")


@pytest.mark.parametrize("body", AGREE.values(), ids=AGREE)
def test_the_machine_does_what_python_does(body: str) -> None:
    """The same steps from every state, or at least from the first five hundred."""
    spec = spec_of(HEADER + indent(members(body), "    "))
    assert agree(spec, 500, {"Node": 2, "Rank": 2}) > 50


@pytest.mark.parametrize(("code", "body"), REFUSED.values(), ids=REFUSED)
def test_what_would_mean_something_else_in_python_is_refused(code: str, body: str) -> None:
    """One located mistake, of the kind expected."""
    with pytest.raises(SpecError) as caught:
        lowered(members(body))
    (mistake,) = caught.value.diagnostics
    assert mistake.code == code
    assert mistake.span is not None
    assert mistake.help

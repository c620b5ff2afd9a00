"""What a run chooses for a spec, and what it is told when it chooses wrongly, word for word."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import pytest

from indoubt.specs.language import (
    Between,
    Map,
    Ordered,
    Parameter,
    Record,
    Set,
    SettingError,
    Sort,
    Spec,
    action,
    empty,
    every,
    invariant,
    quorums,
    replace,
    require,
)
from indoubt.specs.language.declarations import sorts_of
from indoubt.specs.language.settings import Settings, settle_settings
from indoubt.specs.language.types import NotFinite


class Node(Sort): ...


class Clerk(Sort, size=1): ...


class Round(Ordered): ...


class Value(Sort): ...


class Unmentioned(Sort): ...


class Mode(Enum):
    FAST, SAFE = range(2)


class Vote(Record):
    value: Value


def rounds_left(r: Round) -> bool:
    """Whether there is a later round."""
    return any(later > r for later in Round)


class Desk(Spec):
    """A size of each kind and a parameter of each kind."""

    strict: Parameter[bool] = True
    mode: Parameter[Mode] = Mode.SAFE
    crashes: Parameter[Annotated[int, Between(0, 3)]] = 0
    holder: Node | None = None
    clerk: Map[Clerk, bool] = every(False)

    @action
    def step(self, v: Vote) -> None:
        pass

    def helper(self) -> bool:
        return all(rounds_left(r) for r in Round)

    @invariant
    def fine(self) -> bool:
        return self.helper()


class Plain(Spec):
    done: bool = False

    @action
    def finish(self) -> None:
        self.done = True


class Demanding(Plain):
    limit: Parameter[Annotated[int, Between(1, 3)]]


class Careless(Plain):
    limit: Parameter[Annotated[int, Between(1, 3)]] = 9


class Generic(Plain):
    node: Parameter[Node]


HAS = "it has sizes Node, Value, Round and parameters strict, mode, crashes"
COMPLETE = {"Node": 3, "Value": 2, "Round": 1}


def test_settings_are_completed_with_defaults_and_fixed_sizes() -> None:
    """Everything that a verdict rests on is written down, chosen or not."""
    settings = settle_settings(Desk, COMPLETE | {"crashes": 2})
    assert settings.sizes == {"Node": 3, "Value": 2, "Round": 1, "Clerk": 1}
    assert settings.parameters == {"strict": True, "mode": Mode.SAFE, "crashes": 2}


def test_settings_are_printed_as_the_command_line_takes_them() -> None:
    """A run can be repeated from what is printed."""
    given = settle_settings(Desk, COMPLETE | {"strict": False, "mode": Mode.FAST}).given()
    assert {name: given[name] for name in sorted(given)} == {
        "Clerk": "1",
        "Node": "3",
        "Round": "1",
        "Value": "2",
        "crashes": "0",
        "mode": "fast",
        "strict": "false",
    }


def test_the_sorts_of_a_spec_are_those_that_it_mentions() -> None:
    """In annotations, in records, in methods and in the functions that these call; no other of the module."""
    assert sorts_of(Desk) == [Node, Clerk, Value, Round]
    assert sorts_of(Plain) == []


class R(Sort):
    """Named like a type variable of the language."""


class Pair(Record):
    """Two bits."""

    a: bool
    b: bool


class Replacing(Spec):
    """It calls a function of the language whose annotations have names of their own."""

    pair: Pair = Pair(a=False, b=False)

    @action
    def go(self, n: Node) -> None:
        """The first bit, by a node."""
        require(not self.pair.a and n in Node)
        self.pair = replace(self.pair, a=True)


def test_names_in_a_function_are_those_of_its_module() -> None:
    """A sort of the author's that is called like a type variable elsewhere is not mentioned."""
    assert sorts_of(Replacing) == [Node]


def test_a_sort_that_only_a_function_around_the_spec_knows_is_found() -> None:
    """A spec may be declared in a test, with sorts of its own."""

    class Local(Sort): ...

    class Inner(Spec):
        seen: Set[Local] = empty()

        @action
        def see(self, n: Local) -> None:
            self.seen.add(n)

        @invariant
        def fine(self) -> bool:
            return all(len(q) > 0 for q in quorums(Node))

    assert set(sorts_of(Inner)) == {Local, Node}
    assert settle_settings(Inner, {"Local": 2, "Node": 3}).sizes == {"Local": 2, "Node": 3}


WRONG: list[tuple[type[Spec], dict[str, Any], str]] = [
    (Desk, {}, "Desk needs sizes for Node, Value and Round; for example Node=3 Value=3 Round=3"),
    (Desk, {"Node": 5, "Round": 1}, "Desk needs a size for Value; for example Node=5 Round=1 Value=3"),
    (Desk, COMPLETE | {"Node": 0}, "Node=0 is no size: a sort has 1 to 64 members; for example Node=3"),
    (Desk, COMPLETE | {"Node": -1}, "Node=-1 is no size: a sort has 1 to 64 members; for example Node=3"),
    (Desk, COMPLETE | {"Node": 65}, "Node=65 is no size: a sort has 1 to 64 members; for example Node=3"),
    (Desk, COMPLETE | {"Node": "3"}, "the size of Node is a whole number, not '3'; for example Node=3"),
    (Desk, COMPLETE | {"Node": 2.5}, "the size of Node is a whole number, not 2.5; for example Node=3"),
    (Desk, COMPLETE | {"Node": True}, "the size of Node is a whole number, not True; for example Node=3"),
    (Desk, COMPLETE | {"Clerk": 2}, "the size of Clerk is fixed by Desk: 1; leave it out"),
    (Desk, COMPLETE | {"crash": 1}, f"Desk has no size, parameter or bound crash; {HAS}; did you mean crashes?"),
    (Desk, COMPLETE | {"Unmentioned": 1}, f"Desk has no size, parameter or bound Unmentioned; {HAS}"),
    (Plain, {"Node": 3}, "Plain has no size, parameter or bound Node; it has none"),
    (Desk, COMPLETE | {"crashes": 4}, "crashes=4 is not possible: crashes is a whole number from 0 to 3"),
    (Desk, COMPLETE | {"crashes": True}, "crashes=true is not possible: crashes is a whole number from 0 to 3"),
    (Desk, COMPLETE | {"strict": 1}, "strict=1 is not possible: strict is true or false"),
    (
        Desk,
        COMPLETE | {"mode": "fast"},
        "mode='fast' is not possible: mode is one of fast, safe; in Python write Mode.FAST",
    ),
    (Demanding, {}, "Demanding needs a value for parameter limit, a whole number from 1 to 3; for example limit=1"),
    (Careless, {}, "limit=9 is not possible: limit is a whole number from 1 to 3"),
]


@pytest.mark.parametrize(("spec", "given", "message"), WRONG, ids=[message[:40] for *_, message in WRONG])
def test_a_wrong_setting_is_refused(spec: type[Spec], given: dict[str, Any], message: str) -> None:
    """The message says what was asked, what there is, and what to write; a state is refused like a check."""
    with pytest.raises(SettingError) as caught:
        settle_settings(spec, given)
    assert str(caught.value) == message
    with pytest.raises(ValueError, match=r".") as by_hand:
        spec(**given)
    assert str(by_hand.value) == message


@pytest.mark.parametrize("size", [1, 64])
def test_the_smallest_and_the_largest_size_are_sizes(size: int) -> None:
    """Both ends are included."""
    assert settle_settings(Desk, COMPLETE | {"Node": size}).sizes["Node"] == size


def test_a_parameter_is_a_bool_an_enum_or_a_bounded_integer() -> None:
    """Anything else could not be given on the command line."""
    with pytest.raises(NotFinite) as caught:
        settle_settings(Generic, {"Node": 2})
    assert caught.value.message == "parameter `node` is neither a bool, an Enum nor a bounded int"
    assert caught.value.help == (
        "write `node: Parameter[bool]`, an Enum, a Set, or `Parameter[Annotated[int, Between(0, 3)]]`"
    )


def test_equal_choices_are_equal_settings() -> None:
    """Whatever has been worked out from them since."""
    one, other = settle_settings(Plain, {}), settle_settings(Plain, {})
    Plain()
    assert one == other == Settings({}, {})

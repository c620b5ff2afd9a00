"""Classes that are made quickly are, in everything that one can see of them, those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
from typing import Any

import pytest

from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Quick:
    """With slots, defaults, a default of its own for each, and a field that does not count."""

    name: str
    parts: tuple[int, ...] = (1, 2)
    known: dict[str, int] = dataclasses.field(default_factory=dict[str, int])
    where: str | None = dataclasses.field(default=None, compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Plain:
    """The same from the standard library."""

    name: str
    parts: tuple[int, ...] = (1, 2)
    known: dict[str, int] = dataclasses.field(default_factory=dict[str, int])
    where: str | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True)
class Open:
    """Without slots."""

    name: str
    size: int = 1


@dataclass(frozen=True, slots=True)
class Told:
    """With a text of its own, and a check when it is made."""

    name: str

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("no name")

    def __repr__(self) -> str:
        return f"<{self.name}>"


@dataclass(frozen=True, slots=True)
class Nested:
    """A name, and others in it."""

    inner: tuple[Nested, ...]


BOTH = pytest.mark.parametrize("made", [Quick, Plain])


@BOTH
def test_fields_have_the_values_that_are_given_or_their_defaults(made: type[Any]) -> None:
    """By position and by name; a default that is made is another one each time."""
    first, second = made("a"), made(name="a", parts=(), where="here")
    assert (first.name, first.parts, first.known, first.where) == ("a", (1, 2), {}, None)
    assert (second.parts, second.where) == ((), "here")
    assert first.known is not made("a").known


@BOTH
@pytest.mark.parametrize(("given", "more"), [((), ()), (("a", (), "known", None, 5), ()), (("a",), ("other",))])
def test_wrong_arguments_are_refused(made: type[Any], given: tuple[object, ...], more: tuple[str, ...]) -> None:
    """As a function refuses them, the first time and the second."""
    for _ in range(2):
        with pytest.raises(TypeError, match="__init__"):
            made(*given, **dict.fromkeys(more, 1))


@BOTH
def test_equal_are_those_of_one_class_with_equal_fields(made: type[Any]) -> None:
    """What does not count is left out; another class is never equal."""
    assert made("a") == made("a", where="there")
    assert made("a") != made("b")
    assert made("a") != ("a", (1, 2), {}, None)
    assert Quick("a") != Plain("a")  # type: ignore[comparison-overlap]


def test_equal_values_have_equal_hashes() -> None:
    """The hashes of the standard library, so that sets come in the same order."""
    assert hash(Open("a", 2)) == hash(Open("a", 2)) == hash(("a", 2))
    assert len({Nested(()), Nested(()), Nested((Nested(()),))}) == len([0, 1])
    with pytest.raises(TypeError, match="unhashable"):
        hash(Quick("a"))


@BOTH
def test_nothing_can_be_changed(made: type[Any]) -> None:
    """Neither what is there nor what is not."""
    one = made("a")
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name
    with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
        one.other = 1
    assert one.name == "a"
    assert not hasattr(one, "__dict__")


@BOTH
def test_it_is_copied_pickled_and_replaced(made: type[Any]) -> None:
    """Each gives an equal value."""
    one = made("a", (3,), {"x": 1}, "here")
    assert copy.deepcopy(one) == copy.copy(one) == pickle.loads(pickle.dumps(one)) == one
    assert copy.deepcopy(one).known is not one.known
    assert dataclasses.replace(one, name="b") == made("b", (3,), {"x": 1})
    assert dataclasses.asdict(one) == {"name": "a", "parts": (3,), "known": {"x": 1}, "where": "here"}


def test_the_tools_for_dataclasses_see_the_same() -> None:
    """The fields in their order, and the names that a pattern goes by."""
    for made in (Quick, Plain, Open, Told):
        assert dataclasses.is_dataclass(made)
    assert [one.name for one in dataclasses.fields(Quick)] == [one.name for one in dataclasses.fields(Plain)]
    assert Quick.__match_args__ == Plain.__match_args__
    match Quick("a", (7,)):
        case Quick("a", (part,), where=None):
            assert part == len("seven..")
        case _:
            pytest.fail("the pattern does not match")


def test_the_text_is_that_of_the_standard_library() -> None:
    """Unless the class has one of its own."""
    assert repr(Quick("a")) == repr(Plain("a")).replace("Plain", "Quick")
    assert repr(Nested((Nested(()),))) == "Nested(inner=(Nested(inner=()),))"
    assert repr(Told("a")) == "<a>"


def test_what_is_to_happen_after_it_is_made_happens() -> None:
    """Each time, not only the first."""
    for _ in range(2):
        assert Told("a").name == "a"
        with pytest.raises(ValueError, match="no name"):
            Told("")


def test_methods_are_compiled_once_and_stay() -> None:
    """After the first call a method is an ordinary function with the parameters of the class."""

    @dataclass(frozen=True, slots=True)
    class Fresh:
        """Not used yet."""

        a: int
        b: int = 2

    before = vars(Fresh)["__init__"]
    Fresh(1)
    after = vars(Fresh)["__init__"]
    Fresh(2)
    assert before is not after
    assert vars(Fresh)["__init__"] is after
    assert list(inspect.signature(after).parameters) == ["self", "a", "b"]
    assert after.__qualname__.endswith("Fresh.__init__")


@pytest.mark.parametrize("method", ["__init__", "__eq__", "__hash__", "__setattr__"])
def test_a_method_that_would_be_lost_is_refused(method: str) -> None:
    """Nobody is to wonder why theirs is not called."""
    own: dict[str, Any] = {"__annotations__": {"a": int}, method: object.__repr__}
    with pytest.raises(TypeError, match=rf"Own\.{method} would be replaced"):
        dataclass(frozen=True, slots=True)(type("Own", (), own))


def test_a_field_that_is_no_plain_parameter_is_refused() -> None:
    """The standard library knows those."""
    field: Any = dataclasses.field(kw_only=True)
    with pytest.raises(TypeError, match="special field"):
        dataclass(frozen=True)(type("Own", (), {"__annotations__": {"a": int}, "a": field}))


def test_other_classes_are_those_of_the_standard_library() -> None:
    """Those that can change, or have an order."""

    @dataclass
    class Changing:
        """Not frozen."""

        a: int

    @dataclass(frozen=True, slots=True, order=True)
    class Ordered:
        """With an order."""

        a: int

    one = Changing(1)
    one.a = 2
    assert one == Changing(2)
    assert Ordered(1) < Ordered(2)


def test_a_class_that_nobody_uses_compiles_nothing() -> None:
    """For most of them that is so in a run of the command, which starts the sooner."""
    program = (
        "import builtins, indoubt.specs.language.frozen as frozen\n"
        "texts = []\n"
        "frozen.exec = lambda text, known: (texts.append(text), builtins.exec(text, known))\n"
        "one = frozen.dataclass(frozen=True, slots=True)(type('One', (), {'__annotations__': {'a': int}}))\n"
        "assert not texts\n"
        "assert one(1) == one(1)\n"
        "print(*(text.split('(')[0] for text in texts), sep=',')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "def __init__,def __eq__"

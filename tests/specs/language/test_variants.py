"""Systems that leave open which class of nodes they have, and variants that say it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import pytest
from variant_nodes import Answering, Asking, Lying, LyingPair, LyingPoll, Pair, Poll, Site, Twice

from indoubt import SpecError, Verdict, check
from indoubt.specs.language import Map, System, invariant
from indoubt.specs.language.layout import layout_of


def nodes_of(system: type[System]) -> dict[str, type]:
    """The classes of the nodes of a system, by field."""
    return {name: part.cls for name, part in layout_of(system).parts.items()}


def test_a_type_variable_stands_for_its_bound_or_for_what_a_variant_says() -> None:
    """Also where a variant leaves it open again, and where the bound is a text."""
    assert nodes_of(Poll) == {"desk": Asking, "sites": Answering}
    assert nodes_of(LyingPoll) == nodes_of(Twice) == nodes_of(LyingPair) == {"desk": Asking, "sites": Lying}


@pytest.mark.parametrize(("honest", "lying"), [(Poll, LyingPoll), (Pair, LyingPair)])
def test_a_variant_is_a_system_of_its_own(honest: type[System], lying: type[System]) -> None:
    """What a variant puts there is what runs; a helper that takes any node of the base class takes those as well."""
    assert check(honest, Site=2, engine="reference").verdict is Verdict.HOLDS
    assert check(lying, Site=2, engine="reference").verdict is Verdict.VIOLATED
    state: Any = lying(Site=2)
    assert isinstance(state.sites[Site(0)], Lying)
    assert state.keeps_word(state.sites[Site(1)]) is False


def test_a_type_variable_without_a_class_is_a_mistake() -> None:
    """It says neither which nodes there are, nor what all of them have."""
    T = TypeVar("T")

    class Open(System, Generic[T]):
        desk: Asking
        sites: Map[Site, T]

        @invariant
        def fine(self) -> bool:
            """Nothing is claimed."""
            return not self.desk.agreed

    with pytest.raises(
        SpecError, match=r"`T` says of no class of nodes that it stands for it(.|\n)*write `T = TypeVar\(\"T\", bound="
    ):
        check(Open, Site=2, engine="reference")

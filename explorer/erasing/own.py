"""The fields of one node in a machine: which expressions read them, and how to read those of another node."""

from __future__ import annotations

from collections.abc import Mapping

from indoubt.explorer.ir.expressions import Expr, Literal, Load, Lookup
from indoubt.explorer.ir.machine import Machine
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.layout import Part
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.types import EnumType, MapType, SortType, Type


@dataclass(frozen=True)
class Own:
    """The fields of the nodes of a part, by the names of their variables, with the type that one node has."""

    part: Part
    types: Mapping[str, Type]

    @classmethod
    def of(cls, machine: Machine, part: Part) -> Own:
        """Those of a machine."""
        found: dict[str, Type] = {}
        for variable in machine.variables:
            if variable.name.startswith(f"{part.name}."):
                type_ = variable.type
                if part.is_many:
                    assert isinstance(type_, MapType)
                    type_ = type_.value
                found[variable.name] = type_
        return cls(part, found)

    @property
    def address_type(self) -> Type:
        """The type of the addresses."""
        sort = self.part.sort
        return SortType(sort) if issubclass(sort, Sort) else EnumType(sort)

    @property
    def only(self) -> Expr:
        """The address of the only node."""
        return Literal(0, self.address_type)

    def field_read(self, expr: Expr, address: Expr) -> str | None:
        """The variable whose value of the node at `address` an expression is; None where it is something else."""
        match expr:
            case Lookup(Load(name, _, False), key) if self.part.is_many and name in self.types and key == address:
                return name
            case Load(name, _, False) if not self.part.is_many and name in self.types:
                return name
            case _:
                return None

    def read(self, variable: str, address: Expr) -> Expr:
        """The expression that reads a field of the node at `address`."""
        type_ = self.types[variable]
        if not self.part.is_many:
            return Load(variable, type_)
        return Lookup(Load(variable, MapType(self.address_type, type_)), address, type_)

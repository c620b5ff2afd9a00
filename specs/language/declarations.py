"""What a spec declares and mentions: its annotated names, the sorts and bounds that a run chooses, capacities."""

from __future__ import annotations

import ast
import inspect
import sys
from types import FunctionType
from typing import Annotated, Any, get_args, get_origin

from indoubt.specs.language.marks import ParameterMark
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.survey import Survey


def declarations(spec: type) -> dict[str, tuple[type, Any]]:
    """The annotated names of a spec with the class that declares each, base classes first.

    Those of a system are the fields of all of its nodes, and its network.
    """
    found: dict[str, tuple[type, Any]] = {}
    if (laid_out := getattr(spec, "__declarations__", None)) is not None:
        return dict(laid_out)
    for owner in reversed(spec.__mro__):
        if _is_ours(owner):
            continue
        for name, annotation in vars(owner).get("__annotations__", {}).items():
            found[name] = (owner, annotation)
    return found


def _is_ours(owner: type) -> bool:
    """Whether a base class is one of the language, and not of an author."""
    return owner is object or owner.__module__ in OURS


OURS = (
    "indoubt.specs.language.machine",
    "indoubt.specs.language.nodes",
    "indoubt.specs.language.systems",
    "typing",
    "abc",
)


def names_in_scope(owner: type) -> dict[str, Any]:
    """What a name means in the body of a class: its module, a function around it, then the class itself."""
    module = getattr(owner, "__names__", None) or vars(sys.modules[owner.__module__])  # a mixin is no Spec
    return {**module, **getattr(owner, "__scope__", {}), **vars(owner)}


def is_parameter(annotation: Any) -> bool:
    """Whether an annotation, an object or its source text, reads `Parameter[...]`."""
    if not isinstance(annotation, str):
        return get_origin(annotation) is Annotated and ParameterMark in get_args(annotation)
    tree = ast.parse(annotation, mode="eval").body
    return isinstance(tree, ast.Subscript) and ast.unparse(tree.value).split(".")[-1] == "Parameter"


def parameter_names(spec: type) -> list[str]:
    """The parameters of a spec."""
    return [name for name, (_, annotation) in declarations(spec).items() if is_parameter(annotation)]


def sorts_of(spec: type) -> list[type[Sort]]:
    """Every sort that the annotations, methods and helpers of a spec mention, in the order of appearance."""
    return list(survey(spec).sorts)


def survey(spec: type) -> Survey:
    """What a spec mentions that the run has to choose."""
    found = Survey()
    for owner, annotation in declarations(spec).values():
        found.visit(annotation, names_in_scope(owner))
    for part in (*getattr(spec, "__parts__", ()), spec):
        found.visit(getattr(part, "__address__", None), {})
        for owner in reversed(part.__mro__):
            if not _is_ours(owner):
                for method in list(vars(owner).values()):
                    if isinstance(method, FunctionType):
                        found.visit(inspect.unwrap(method), names_in_scope(owner))
    return found


def capacities(spec: type) -> list[str]:
    """The state variables that hold sequences or bags: each has a bound of its own name, but for `disks`."""
    named: list[str] = []
    for name, (owner, annotation) in declarations(spec).items():
        if name in disks(spec):
            continue
        found = Survey()
        found.visit(annotation, names_in_scope(owner))
        if found.has_collections:
            named.append(name)
    return named


def open_capacities(spec: type) -> list[str]:
    """The capacities that a run has to give: those of state variables that the network of a system does not set."""
    links = capacities_of_links(spec)
    return [name for name in capacities(spec) if name not in links]


def capacities_of_links(spec: type) -> dict[str, int]:
    """The capacities that the network of a system sets, by variable; a state machine has none."""
    return dict(getattr(spec, "__links__", {}))


def disks(spec: type) -> dict[str, str]:
    """What is on the disks of the nodes of a system, by variable: the field that it is of, which has its capacity."""
    return dict(getattr(spec, "__disks__", {}))

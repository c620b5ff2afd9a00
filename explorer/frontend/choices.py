"""The parameters of an action or of a temporal property, and the fairness and the taker that name some of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from indoubt.explorer.frontend import helpers
from indoubt.explorer.frontend.coercion import seen
from indoubt.explorer.frontend.diagnostics import Diagnostic, Mistake
from indoubt.explorer.frontend.scope import Context, Scope
from indoubt.explorer.frontend.source import header_span
from indoubt.explorer.ir.machine import Action, Choice
from indoubt.specs.language.fairness import Fairness
from indoubt.specs.language.types import EnumType, NoneType, SortType, Type, alternatives_of


def choices_of(scope: Scope) -> tuple[Choice, ...] | None:
    """The parameters of an action; the name of one that is not understood repeats its mistake wherever it stands.

    None where they are of a kind that makes no sense of the body either.
    """
    tree = scope.function.tree
    choices: list[Choice] = []
    if _has_other_kinds(tree.args):
        mistake = Diagnostic(
            "S315",
            f"`{tree.name}` has parameters of a kind outside the language",
            header_span(tree, scope.function.file),
            "declared here",
            "use plain parameters without defaults: the explorer chooses them",
        )
        scope.context.mistakes.append(mistake)
        return None
    for argument in tree.args.args[1:]:
        try:
            choices.append(_choice(scope, argument))
        except Mistake as error:
            scope.context.mistakes.append(error.diagnostic)
            scope.context.lost[scope.function.object, argument.arg] = error.diagnostic
    return tuple(choices)


def _choice(scope: Scope, argument: ast.arg) -> Choice:
    if argument.annotation is None:
        scope.fail(
            "S333",
            argument,
            f"parameter `{argument.arg}` has no type",
            "ranges over what?",
            f"write `{argument.arg}: <a finite type>`",
        )
    type_ = helpers.annotated_type(scope, argument.annotation)
    local = scope.context.fresh(argument.arg, seen(type_))
    scope.names[argument.arg] = local
    return Choice(local, type_)


def _has_other_kinds(arguments: ast.arguments) -> bool:
    return bool(
        arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs or arguments.defaults
    )


def check_fairness(scope: Scope, choices: tuple[Choice, ...], fairness: Fairness | None) -> None:
    """Note a mistake where a fairness names parameters that the action does not have."""
    tree = scope.function.tree
    names = [argument.arg for argument in tree.args.args[1:]]
    if fairness is None:
        return
    if not _is_fairness(fairness):
        help_ = 'write `fairness=weak("p")` or `strong("p")`, with names of parameters, or `weak()` for all of it'
        mistake = Diagnostic(
            "S324",
            f"the fairness of `{tree.name}` is neither `weak(...)` nor `strong(...)`",
            header_span(tree, scope.function.file),
            "what is a run to owe?",
            help_,
        )
        scope.context.mistakes.append(mistake)
        return
    for name in fairness.parameters:
        if name not in names:
            decorators = [one for one in tree.decorator_list if isinstance(one, ast.Call)]
            there_is = ", ".join(f"`{one}`" for one in names)
            help_ = f"its parameters are {there_is}" if names else f"write `{fairness.kind}()`: it has no parameters"
            mistake = Diagnostic(
                "S324",
                f"`{tree.name}` has no parameter `{name}` to be fair to",
                scope.span(decorators[0]) if decorators else header_span(tree, scope.function.file),
                "one by one for each value of what?",
                help_,
            )
            scope.context.mistakes.append(mistake)


def check_taker(scope: Scope, choices: tuple[Choice, ...], by: str | None) -> None:
    """Note a mistake where `by` names a parameter that is no node, or looks like one that is misspelt."""
    nodes = {choice.local.name.partition("#")[0]: choice for choice in choices if _is_node(choice.range)}
    tree = scope.function.tree
    if by is None or by in nodes:
        return
    if by in [argument.arg for argument in tree.args.args[1:]]:
        title = f"`{tree.name}` is not taken by its parameter `{by}`, which is no node"
        help_ = 'name a parameter that is a member of a sort, or choose another name, as in `by="coordinator"`'
    elif close := get_close_matches(by, nodes, n=1, cutoff=0.7):
        title = f"`{tree.name}` has no parameter `{by}` that could take the step"
        help_ = f'did you mean `by="{close[0]}"`? A fixed name has to be less like a parameter'
    else:
        return
    decorators = [one for one in tree.decorator_list if isinstance(one, ast.Call)]
    span = scope.span(decorators[0]) if decorators else header_span(tree, scope.function.file)
    scope.context.mistakes.append(Diagnostic("S324", title, span, "taken by whom?", help_))


def _is_node(type_: Type) -> bool:
    kinds = alternatives_of(type_)
    return any(not isinstance(kind, NoneType) for kind in kinds) and all(
        isinstance(kind, (SortType, EnumType, NoneType)) for kind in kinds
    )


def _is_fairness(given: object) -> bool:
    """Whether the author has given what `weak` and `strong` make, out of names."""
    if not isinstance(given, Fairness):
        return False
    parts: tuple[Any, ...] = given.parameters if given.group is None else (*given.parameters, given.group)
    return all(isinstance(part, str) for part in parts)


def check_groups(context: Context, actions: Iterable[Action]) -> None:
    """Note a mistake where actions that are owed one step together say different things of it."""
    first: dict[str, Action] = {}
    for action in actions:
        fairness = action.fairness
        if fairness is None or not _is_fairness(fairness) or fairness.group is None:
            continue
        other = first.setdefault(fairness.group, action)
        assert other.fairness is not None
        if (fairness.kind, len(fairness.parameters)) != (other.fairness.kind, len(other.fairness.parameters)):
            context.mistakes.append(
                Diagnostic(
                    "S324",
                    f'two actions of the group "{fairness.group}" are owed different things',
                    action.span,
                    _owed(fairness),
                    "give both the same kind of fairness, each value of as many parameters, or different groups",
                    other=other.span,
                    other_label=_owed(other.fairness),
                )
            )


def _owed(fairness: Fairness) -> str:
    each = f" for each value of {', '.join(fairness.parameters)}" if fairness.parameters else ""
    return f"{fairness.kind} fairness{each}"

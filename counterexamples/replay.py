"""Run a trace again in the plain Python source of its spec, before anybody is shown it.

The checker explores a machine lowered from the source; this is the second opinion. Every state must come out equal, and
the property must be violated (or reached) in the last state and in none before it. While the steps run, their messages
are observed: `traffic` says what a step sends and receives.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from typing import Any, NoReturn

from indoubt.counterexamples import lasso
from indoubt.counterexamples.changes import changes_between
from indoubt.counterexamples.drops import Drop
from indoubt.counterexamples.letters import call_text, lie_of, link_of
from indoubt.counterexamples.shape import Shape, messages_in, shape_of
from indoubt.counterexamples.trace import State, Step, Trace
from indoubt.counterexamples.traffic import Receipt, Traffic
from indoubt.counterexamples.watching import Place, Reads, watch
from indoubt.specs.language.display import in_order, show
from indoubt.specs.language.domains import cardinality, members
from indoubt.specs.language.dropping import Dropped, note_dropped
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.guards import NotEnabled
from indoubt.specs.language.machine import TEMPORAL, Fault, Spec, initial_methods, state_of
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.torn import WHERE
from indoubt.specs.language.types import RecordType, Type, alternatives_of
from indoubt.specs.language.universe import BoundReached, within
from indoubt.specs.language.values import Message

KINDS = ("invariant", "step_invariant", "reachable", "deadlock", "refinement", "scenario", *TEMPORAL)

LARGEST_ENUMERATION = 4096
"""Message types with more values than this are enumerated by the messages in the state, as the language demands."""


class ReplayMismatch(Exception):
    """The Python source of a spec does not do what the checker says: a defect of indoubt, not of the spec."""

    def __init__(self, where: str, checker: str, source: str) -> None:
        super().__init__(
            f"internal error: the replay of a trace differs at {where}\n"
            f"  the checker said     {checker}\n"
            f"  the Python source    {source}\n"
            "This is a defect of indoubt and not of the spec: please report it together with the spec."
        )
        self.where = where
        self.checker = checker
        self.source = source


@dataclass(frozen=True, slots=True)
class ObservedStep:
    """A step with its number, counted from 1, the messages that it sent, and those that it received, in order."""

    number: int
    step: Step
    sent: tuple[Message, ...]
    receipts: tuple[Receipt, ...]
    crashed: str = ""
    """Where in its handler the node crashes, as in "after line 7"."""
    drops: tuple[Drop, ...] = ()
    """The messages that are gone, since a link is cut or full or loses them."""

    @property
    def received(self) -> tuple[Message, ...]:
        """The messages that the step received, whoever sent them."""
        return tuple(dict.fromkeys(receipt.message for receipt in self.receipts))


@dataclass(frozen=True, slots=True)
class ObservedTrace:
    """A trace that its source has confirmed, with the messages of each step."""

    trace: Trace
    steps: tuple[ObservedStep, ...]

    @property
    def shape(self) -> Shape:
        """The types of the spec."""
        return shape_of(self.trace.spec, self.trace.settings)


def observed(trace: Trace | ObservedTrace) -> ObservedTrace:
    """The trace with its messages; replayed unless it was before."""
    return trace if isinstance(trace, ObservedTrace) else replay(trace)


def replay(trace: Trace) -> ObservedTrace:
    """Confirm a trace with the Python source of its spec, and observe its messages.

    Raises ReplayMismatch at the first difference.
    """
    shape = shape_of(trace.spec, trace.settings)
    state = initial_state(trace.spec, trace.settings, trace.choice)
    _compare("the initial state", trace.initial, state)
    traffic = Traffic(shape)
    steps: list[ObservedStep] = []
    for number, step in enumerate(trace.steps, start=1):
        where = f"step {number}, {call_text(step.action, step.arguments)}"
        _compare(f"the state before {where}", step.before, state)
        _is_undecided(trace, state, number - 1)
        before, (state, reads, crashed, dropped) = state, _take(shape, state, step, where, traffic)
        _compare(where, step.after, state)
        drops = tuple(_drops(trace.spec, traffic, dropped))
        sent, receipts = traffic.step(number, step, state_of(before), state_of(state), reads)
        if (lie := lie_of(trace.spec, step.action, step.arguments)) is not None:
            receipts = (Receipt(lie[0], None, said_by=lie[1]),)
        if number < len(trace.steps) and trace.kind == "step_invariant" and not _says(trace, where, before, state):
            _mismatch(where, f"{trace.property} holds of this step", "says that it does not")
        steps.append(ObservedStep(number, step, sent, receipts, crashed, drops))
    if trace.back_to is None:
        _decide(trace, shape, state)
    else:
        _decide_for_ever(trace, shape, trace.back_to)
    return ObservedTrace(trace, tuple(steps))


def initial_state(spec: type[Spec], settings: Settings, choice: Mapping[str, Any]) -> Spec:
    """The initial state for a choice of the parameters of `@initial`."""
    state = spec(**settings.keywords(spec))
    for method in initial_methods(spec):
        names = method.__code__.co_varnames[1 : method.__code__.co_argcount]
        if names:
            getattr(state, method.__name__)(**{name: choice[name] for name in names})
    return state


def in_state(like: Spec, values: State) -> Spec:
    """A state with these values, of the same spec and settings as `like`."""
    state = copy.copy(like)
    with within(state.__settings__.universe):
        for name, value in values.items():
            setattr(state, name, value)
    return state


def property_holds(state: Spec, name: str, after: Spec | None = None) -> bool:
    """What the source says of a property in a state, or of the step to `after`; a failed `assert` is a no."""
    try:
        return bool(getattr(state, name)() if after is None else getattr(state, name)(after))
    except AssertionError:
        return False


def _drops(spec: type[Spec], traffic: Traffic, dropped: Iterable[Dropped]) -> Iterator[Drop]:
    """What a step has dropped, with where it was sent; to be asked before the step is noted as traffic."""
    seen: Counter[tuple[Place, Message]] = Counter()
    for one in dropped:
        place = link_of(spec, one.sender, one.receiver)
        yield Drop(one, None if one.is_new else traffic.oldest(place, one.message, seen[place, one.message]))
        seen[place, one.message] += not one.is_new


def _take(
    shape: Shape, state: Spec, step: Step, where: str, traffic: Traffic
) -> tuple[Spec, Reads, str, list[Dropped]]:
    reads = Reads(order=traffic.age)
    after = copy.copy(state)
    watch(after, shape.message_variables, reads)
    dropped = note_dropped(after)
    try:
        getattr(after, step.action)(**step.arguments)
    except NotEnabled:
        _mismatch(where, "the action is enabled", "says that it is not: a `require` does not hold")
    except BoundReached as bound:
        _mismatch(where, "the action is enabled", f"says that {bound}")
    except Exception as error:
        raise ReplayMismatch(where, "the action is enabled", f"raises {type(error).__name__}: {error}") from error
    crashed = getattr(after, WHERE, "") if step.fault is Fault.TORN else ""  # a copy of a state remembers it
    return copy.copy(after), reads, crashed, dropped


def _compare(where: str, recorded: State, state: Spec) -> None:
    computed = state_of(state)
    if list(recorded) != list(computed):
        _mismatch(where, f"variables {', '.join(recorded)}", f"variables {', '.join(computed)}")
    for change in changes_between(recorded, computed):
        _mismatch(where, f"{change.place} = {show(change.before)}", f"{change.place} = {show(change.after)}")


def _is_undecided(trace: Trace, state: Spec, number: int) -> None:
    """A shortest trace ends in the first state that decides its property."""
    where = f"the state after step {number}" if number else "the initial state"
    if trace.kind == "invariant" and not _says(trace, where, state):
        _mismatch(where, f"{trace.property} still holds", "says that it is violated already")
    if trace.kind == "reachable" and _says(trace, where, state):
        _mismatch(where, f"{trace.property} is not reached yet", "says that it is")


def _decide(trace: Trace, shape: Shape, state: Spec) -> None:
    where = f"the last state, after step {len(trace.steps)}"
    match trace.kind:
        case "invariant":
            if _says(trace, where, state):
                _mismatch(where, f"{trace.property} is violated", "says that it holds")
        case "reachable":
            if not _says(trace, where, state):
                _mismatch(where, f"{trace.property} is reached", "says that it is not")
        case "step_invariant":
            if not trace.steps or _says(trace, where, in_state(state, trace.steps[-1].before), state):
                _mismatch(where, f"{trace.property} is violated by the last step", "says that it holds")
        case "deadlock":
            for action, arguments in enabled(shape, state):
                _mismatch(where, "no step is enabled", f"says that {call_text(action, arguments)} is")
        case "refinement" | "scenario":  # the abstract spec is asked by `refining`, which knows it
            pass
        case _:
            raise ValueError(f"unknown kind {trace.kind!r} of a trace; there are: {', '.join(KINDS)}")


def _decide_for_ever(trace: Trace, shape: Shape, back_to: int) -> None:
    first = initial_state(trace.spec, trace.settings, trace.choice)
    states = [in_state(first, values) for values in trace.states]
    possible = [lasso.steps_from(shape, state, enabled(shape, state)) for state in states[back_to:]]
    with within(trace.settings.universe):
        for difference in lasso.differences(trace, shape, states, possible):
            _mismatch(difference.where, difference.checker, difference.source)


def _says(trace: Trace, where: str, state: Spec, after: Spec | None = None) -> bool:
    """What the source says of the property of the trace."""
    try:
        return property_holds(state, trace.property, after)
    except Exception as error:
        source = f"raises {type(error).__name__}: {error}"
        raise ReplayMismatch(where, f"{trace.property} can be computed", source) from error


def enabled(shape: Shape, state: Spec) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every action with arguments that the source can take from `state`, in the order of definition."""
    for action, types in shape.parameters.items():
        with within(shape.settings.universe):
            choices = [_values(shape, type_, state) for type_ in types.values()]
        for values in product(*choices):
            arguments = dict(zip(types, values, strict=True))
            if _is_enabled(getattr(copy.copy(state), action), arguments):
                yield action, arguments


def _is_enabled(method: Callable[..., None], arguments: Mapping[str, Any]) -> bool:
    try:
        method(**arguments)
    except (NotEnabled, BoundReached):
        return False
    return True


def _values(shape: Shape, type_: Type, state: Spec) -> list[Any]:
    is_message = all(isinstance(k, RecordType) and issubclass(k.cls, Message) for k in alternatives_of(type_))
    if is_message and cardinality(type_) > LARGEST_ENUMERATION:
        kinds = tuple(kind.cls for kind in alternatives_of(type_) if isinstance(kind, RecordType))
        held = [item for name in shape.message_variables for item in messages_in(state_of(state)[name])]
        return in_order({item for item in held if isinstance(item, kinds)})
    return list(members(type_))


def _mismatch(where: str, checker: str, source: str) -> NoReturn:
    raise ReplayMismatch(where, checker, source)

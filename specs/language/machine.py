"""Specs as state machines: the class to inherit from and the decorators that say what a method is.

A spec is plain Python. `TwoPhase(RM=3)` makes its initial state, `state.rm_prepare(RM(0))` takes a step in place,
`print(state)` shows it. A step that is not enabled raises `NotEnabled` and changes nothing.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from enum import Enum
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, overload

from indoubt.specs.language.domains import settled
from indoubt.specs.language.fairness import Fairness
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.settings import SettingError, Settings, settle_settings, variable_types
from indoubt.specs.language.universe import within
from indoubt.specs.language.values import copied

M = TypeVar("M", bound=Callable[..., Any])


class Fault(Enum):
    """What an action of the environment does to nodes or links; traces and figures mark such steps."""

    CRASH, RESTART, PARTITION, HEAL, LOSS, DUPLICATE, TORN, AMNESIA, PAUSE, RESUME, MISTAKE, BYZANTINE = range(12)


STOPS = (Fault.CRASH, Fault.TORN)
"""The faults with which a node stops."""
COMES_BACK = (Fault.RESTART, Fault.AMNESIA)
"""The faults with which a node that has stopped comes back."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a method of a spec is for.

    `kind` is action, initial, invariant, step_invariant, reachable, constraint, view, one of `TEMPORAL`, or, of a
    method of a node, on_message, on_quorum, on_timeout or on_restart. `fault` and `by` say, for people who look at
    traces, which fault an action is and which node takes it: the value of the parameter that `by` names, or a node
    called so; `fairness` is what a run owes to an action. `some` is the parameter of a property that means "there is".
    """

    kind: str
    fault: Fault | None = None
    by: str | None = None
    fairness: Fairness | None = None
    some: str | None = None


TEMPORAL = ("eventually", "leads_to", "infinitely_often", "eventually_always")
"""The kinds of properties of whole runs."""


def role_of(method: object) -> Role | None:
    """The role that a decorator gave to `method`; a helper has none."""
    return getattr(method, "__indoubt_role__", None)


def marked(method: M, role: Role) -> M:
    """`method` with a role. Raises TypeError where something else than a method is decorated."""
    if not callable(method):
        raise TypeError(f"`@{role.kind}` stands above a method, without parentheses; it was given {method!r}")
    method.__indoubt_role__ = role  # type: ignore[attr-defined]  # functions carry attributes
    return method


@overload
def action(method: M, /) -> M: ...
@overload
def action(
    *, fault: Fault | None = None, by: str | None = None, fairness: Fairness | None = None
) -> Callable[[M], M]: ...
def action(
    method: M | None = None,
    /,
    *,
    fault: Fault | None = None,
    by: str | None = None,
    fairness: Fairness | None = None,
) -> M | Callable[[M], M]:
    """A step of the machine; its parameters are its only nondeterminism.

    `fault` marks a step of the environment. `by` says who takes the step: `by="p"`, where `p` is a parameter, is the
    node that is its value, any other text a name, as in `by="coordinator"`. Without it, the only parameter that is a
    node takes the step, or else the node whose variables change. `fairness`, as in `weak("p")`, says that a run may not
    put the step off for ever.
    """
    if fault is not None and not isinstance(fault, Fault):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"`fault` is a member of Fault, as in `@action(fault=Fault.CRASH)`, not {fault!r}")
    if by is not None and not isinstance(by, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f'`by` is the name of who takes the step, as in `@action(by="coordinator")`, not {by!r}')
    role = Role("action", fault, by, fairness)
    return (lambda decorated: marked(decorated, role)) if method is None else marked(method, role)


def initial(method: M, /) -> M:
    """Sets up the initial states, one for each choice of its parameters."""
    return marked(method, Role("initial"))


def invariant(method: M, /) -> M:
    """A property that holds in every reachable state."""
    return marked(method, Role("invariant"))


def step_invariant(method: M, /) -> M:
    """A property of every step: `def monotone(self, after: Self) -> bool` sees the states before and after it."""
    return marked(method, Role("step_invariant"))


def reachable(method: M, /) -> M:
    """A property that some reachable state has, so that a spec in which nothing happens cannot pass."""
    return marked(method, Role("reachable"))


def eventually(method: M, /) -> M:
    """A property that every run has at some point. Parameters of the method mean "for all"."""
    return marked(method, Role("eventually"))


def leads_to(method: M, /) -> M:
    """Whenever the first of two properties holds, the second does then or later: it returns both.

    `def served(self, p: Process) -> tuple[bool, bool]`; parameters mean "for all".
    """
    return marked(method, Role("leads_to"))


def infinitely_often(method: M, /) -> M:
    """A property that every run has again and again: always, eventually. Parameters mean "for all"."""
    return marked(method, Role("infinitely_often"))


@overload
def eventually_always(method: M, /) -> M: ...
@overload
def eventually_always(*, some: str) -> Callable[[M], M]: ...
def eventually_always(method: M | None = None, /, *, some: str | None = None) -> M | Callable[[M], M]:
    """A property that every run has from some point on. Parameters mean "for all".

    `some` names a parameter that means "there is": `@eventually_always(some="l")` with `return self.leader == l` says
    that from some point on the leader stays the same.
    """
    role = Role("eventually_always", some=some)
    return (lambda decorated: marked(decorated, role)) if method is None else marked(method, role)


def constraint(method: M, /) -> M:
    """A state constraint, in force where the run asks for it: states outside are checked, but not explored further."""
    return marked(method, Role("constraint"))


def view(method: M, /) -> M:
    """A view, in force where the run asks for it: states for which it returns the same count as one."""
    return marked(method, Role("view"))


class Spec:
    """A state machine: annotated class variables are its state, `@action` methods its steps."""

    __settings__: Settings
    __scope__: ClassVar[Mapping[str, Any]]
    """The names of a function that declares the spec; a spec of a module has none."""
    __names__: ClassVar[Mapping[str, Any]]
    """The names of the module that declares the spec, even where another of the same name has been imported since."""

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # documented, like `inspect`'s
        cls.__names__ = frame.f_globals
        if frame.f_code.co_name != "<module>":
            cls.__scope__ = dict(frame.f_locals)
        for name, method in list(vars(cls).items()):
            if isinstance(method, FunctionType) and not name.startswith("__"):
                setattr(cls, name, _in_universe(method))

    def __init__(self, **settings: Any) -> None:
        """The initial state for sizes and parameters given by name; raises ValueError where one is wrong or missing.

        An `@initial` method that takes parameters is left for the caller to choose and call.
        """
        __tracebackhide__ = True
        try:
            chosen = settle_settings(type(self), settings)
        except SettingError as error:
            raise error.with_traceback(None) from None
        _declare(self, chosen)
        with within(chosen.universe):
            for method in initial_methods(type(self)):
                if method.__code__.co_argcount == 1:
                    method(self)

    def __setattr__(self, name: str, value: Any) -> None:
        __tracebackhide__ = True
        types = variable_types(type(self), self.__settings__)
        if name not in types:
            raise AttributeError(f"{type(self).__name__} has no state variable {name}; it has: {', '.join(types)}")
        with within(self.__settings__.universe):
            object.__setattr__(self, name, settled(value, types[name], name))

    if not TYPE_CHECKING:  # a type checker would take every misspelt variable for one that this method finds

        def __getattr__(self, name: str) -> Any:
            """Raise AttributeError; of a variable that is not set yet, it says which method sets it."""
            __tracebackhide__ = True
            if not name.startswith("__") and name in unset_variables(self):
                raise AttributeError(f"`{name}` has no value yet: {_how_to_set(self)}", name=name, obj=self)
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}", name=name, obj=self)

    def __copy__(self) -> Spec:
        duplicate = object.__new__(type(self))
        vars(duplicate).update(vars(self))
        vars(duplicate).update({name: copied(value) for name, value in state_of(self).items()})
        return duplicate

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Spec) and state_of(self) == state_of(other)

    __hash__ = None  # type: ignore[assignment]  # a state changes in place

    def __repr__(self) -> str:
        settings = [f"{name}={value}" for name, value in self.__settings__.given().items()]
        return f"{type(self).__name__}({', '.join(settings)})"

    def __str__(self) -> str:
        from indoubt.specs.language.display import state_lines  # noqa: PLC0415 - display knows records and specs

        unset = unset_variables(self)
        note = [f"  not set yet: {', '.join(unset)}; {_how_to_set(self)}"] if unset else []
        return "\n".join([repr(self), *state_lines(state_of(self)), *note])


def _declare(spec: Spec, settings: Settings) -> None:
    """Give a new state its settings and the declared values of its variables."""
    object.__setattr__(spec, "__settings__", settings)
    with within(settings.universe):
        for name, value in settings.parameters.items():
            object.__setattr__(spec, name, value)
        for name in variable_types(type(spec), settings):
            if hasattr(type(spec), name):
                setattr(spec, name, getattr(type(spec), name))


def declared(spec: type[Spec], settings: Settings) -> Spec:
    """A state with the declared values of its variables only: no `@initial` method has been called."""
    blank = spec.__new__(spec)  # of a system as its author wrote it, a state under its own network
    _declare(blank, settings)
    return blank


def state_of(spec: Spec) -> dict[str, Any]:
    """The values of the state variables of `spec` that are set, by name, in the order of their declaration."""
    held = vars(spec)
    return {name: held[name] for name in variable_types(type(spec), spec.__settings__) if name in held}


def unset_variables(spec: Spec) -> list[str]:
    """The state variables of `spec` that an `@initial` method with parameters is to set, and has not yet."""
    return [name for name in variable_types(type(spec), spec.__settings__) if name not in vars(spec)]


def _how_to_set(spec: Spec) -> str:
    calls = [
        f"`state.{method.__name__}({', '.join(method.__code__.co_varnames[1 : method.__code__.co_argcount])})`"
        for method in initial_methods(type(spec))
    ]
    return f"call the `@initial` method first, {' and '.join(calls)}" if calls else "no `@initial` method sets it"


def methods_of(spec: type[Spec], kind: str) -> dict[str, FunctionType]:
    """The methods of `spec` in a role, by name: in the order of definition, those of base classes first."""
    names = dict.fromkeys(name for base in reversed(spec.__mro__) for name in vars(base))
    methods = {name: getattr(spec, name) for name in names}
    return {name: method for name, method in methods.items() if (role := role_of(method)) and role.kind == kind}


def initial_methods(spec: type[Spec]) -> list[FunctionType]:
    """The `@initial` methods of `spec`, as the author wrote them."""
    return [_original(method) for method in methods_of(spec, "initial").values()]


def _original(method: Any) -> FunctionType:
    original: FunctionType = getattr(method, "__wrapped__", method)
    return original


def _in_universe(method: FunctionType) -> FunctionType:
    """`method`, run with the sizes of its state, and all or nothing: a step that fails leaves the state as it was."""
    role = role_of(method)
    changes_state = role is not None and role.kind in ("action", "initial")

    @functools.wraps(method)
    def run(self: Spec, *arguments: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        before = {name: copied(value) for name, value in state_of(self).items()} if changes_state else {}
        with within(self.__settings__.universe):
            try:
                return method(self, *arguments, **keywords)
            except BaseException:
                vars(self).update(before)
                raise

    return run  # type: ignore[return-value]  # functools.wraps keeps a function

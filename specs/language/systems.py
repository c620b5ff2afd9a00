"""Systems of nodes as plain Python: their state, their steps, and the network that a run chooses.

A system is a `Spec` whose variables are the fields of its nodes and what is under way between them, so everything that
drives a spec drives a system: `TwoPhaseCommit(RM=2)` is its initial state, `state.rms[RM(0)].phase` a field of a node,
`print(state)` shows it. The steps run the handlers as their author wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from indoubt.specs.language import byzantine, failures, lies, links, suspicions, torn
from indoubt.specs.language.delivery import Link
from indoubt.specs.language.detectors import NOBODY, Detector, Nobody, Question
from indoubt.specs.language.disks import asked_fields, asked_name, synced_fields, synced_name
from indoubt.specs.language.effects import changing
from indoubt.specs.language.faults import NO_FAULTS, Faults
from indoubt.specs.language.guards import enabled_if
from indoubt.specs.language.layout import ADDRESS, Layout, Part, layout_of, link_name
from indoubt.specs.language.machine import Spec, marked
from indoubt.specs.language.network import Network
from indoubt.specs.language.nodes import Node, is_correct
from indoubt.specs.language.possible import with_partitions_that_happen
from indoubt.specs.language.selectors import is_paused, require_selected
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.steps import SYNC, Plan, is_crash_of_amnesia, plans_of, refuse_impossible, variables_of
from indoubt.specs.language.universe import within
from indoubt.specs.language.values import Message, copied
from indoubt.specs.language.watching import Watch, plans_of_watch, refuse_detector, variables_of_watch, watch_of

CUT = "the link from {} to {} is cut"


class System(Spec):
    """Nodes that send messages: annotated fields name them, properties speak of them.

    `tm: TransactionManager` is one node, whose sort of addresses has size 1; `rms: Map[RM, ResourceManager]` are
    several. `network`, `links` and `detector` are the defaults of a run, `crashes` names the sorts of those that may
    crash and `byzantine` of those that may be Byzantine, all if it is left out.
    """

    network: ClassVar[Network] = Network.soup()
    links: ClassVar[Link | None] = None
    crashes: ClassVar[tuple[type, ...] | None] = None
    byzantine: ClassVar[tuple[type, ...] | None] = None
    detector: ClassVar[Detector | None] = None
    __system__: ClassVar[type[System] | None] = None
    """The class as its author wrote it, of one that is configured."""
    __declarations__: ClassVar[dict[str, tuple[type, Any]]]
    __links__: ClassVar[dict[str, int]]
    __disks__: ClassVar[dict[str, str]]
    __volatile__: ClassVar[dict[str, tuple[str, ...]]]
    __open__: ClassVar[tuple[str, ...]]
    __layout__: ClassVar[Layout]
    __network__: ClassVar[Network]
    __promised__: ClassVar[Link | None]
    __faults__: ClassVar[Faults]
    __detector__: ClassVar[Detector | None]
    __watch__: ClassVar[Watch | None]

    if not TYPE_CHECKING:  # the parameters of the constructor are those of `Spec`

        def __new__(
            cls,
            *,
            network: Network | None = None,
            faults: Faults | None = None,
            detector: Detector | None = None,
            links: Link | None = None,
            **_: Any,
        ) -> System:
            """A state of the system under its own network, links and detector, without faults, unless given."""
            if cls.__system__ is None or any(one is not None for one in (network, faults, detector, links)):
                return object.__new__(configured(cls, network, faults, detector, links))
            return object.__new__(cls)

        def __init__(self, **settings: Any) -> None:
            """The initial state; raises ValueError where sizes, parameters or faults are not possible."""
            __tracebackhide__ = True
            for chosen in ("network", "faults", "detector", "links"):  # `__new__` has seen to them
                settings.pop(chosen, None)
            super().__init__(**settings)
            sizes = self.__settings__.sizes
            refuse_impossible(self.__layout__, self.__network__, self.__faults__, sizes, self.__promised__)
            refuse_detector(self.__layout__, self.__detector__, self.__faults__, self.__settings__.sizes)
            byzantine.refuse_byzantine(type(self), self.__settings__)


def configured(
    system: type[System],
    network: Network | None = None,
    faults: Faults | None = None,
    detector: Detector | Nobody | None = None,
    links: Link | None = None,
) -> type[System]:
    """The system under a network, links and a detector, its own unless given, and under faults.

    Links bring the network that they need, unless one is given. Raises WrongSystem, and ValueError where the network or
    the faults are not those of such links.
    """
    raw: Any = system.__system__ or system
    layout = layout_of(raw)
    promised, chosen = layout.promised if links is None else links, layout.network if network is None else network
    asked = None if detector is NOBODY else raw.detector if detector is None else detector
    found = NO_FAULTS if faults is None else with_partitions_that_happen(faults)
    if promised is not None:
        if network is None:
            chosen = promised.over(layout.network)
        promised.refuse(chosen)
        promised.refuse_faults(found)
        found = _keeping(found)
    return _configured(raw, chosen, found, asked, promised)


def _keeping(faults: Faults) -> Faults:
    """Faults of links that promise something: what is on a link that is cut arrives later."""
    cut = faults.partitions
    return faults if cut is None else replace(faults, partitions=replace(cut, in_flight="kept"))


@cache
def _configured(
    system: type[System], network: Network, faults: Faults, detector: Detector | None, promised: Link | None
) -> type[System]:
    layout = layout_of(system)
    variables, watch = variables_of(layout, network, faults), watch_of(layout, detector)
    byzantine.variables_of_byzantine(layout, faults, variables)
    if watch is not None:
        variables_of_watch(watch, faults, variables)
    members: dict[str, Any] = dict(variables.first)
    for part in layout.parts.values():
        members[part.name] = property(_nodes(part))
    for plan in all_plans(layout, faults, watch, promised):
        members[plan.name] = _step(plan)
    capacities = {} if network.capacity is None else dict.fromkeys(_links(layout), network.capacity)
    capacities |= byzantine.capacities_of_said(layout, network, faults)
    members |= {
        "__module__": system.__module__,
        "__doc__": system.__doc__,
        "__system__": system,
        "__layout__": layout,
        "__network__": network,
        "__promised__": promised,
        "__faults__": faults,
        "__detector__": detector,
        "__watch__": watch,
        "__declarations__": variables.declarations,
        "__volatile__": variables.volatile,
        "__open__": tuple(variables.open),
        "__links__": capacities,
        "__disks__": variables.disks,
        "__parts__": tuple(part.cls for part in layout.parts.values()),
    }
    made: Any = type(system.__name__, (system,), members)
    made.__names__ = system.__names__
    if "__scope__" in vars(made):
        del made.__scope__
    made.__qualname__ = system.__qualname__
    configured_: type[System] = made
    return configured_


def all_plans(layout: Layout, faults: Faults, watch: Watch | None, promised: Link | None = None) -> tuple[Plan, ...]:
    """Every step of a system: who turns Byzantine, what nodes and the environment do, lies, and the detector."""
    return (
        *byzantine.plans_of_turns(layout, faults),
        *plans_of(layout, faults, promised),
        *byzantine.plans_of_lies(layout, faults),
        *(() if watch is None else plans_of_watch(watch, faults)),
    )


def _links(layout: Layout) -> list[str]:
    return [link_name(*ends) for ends in layout.links]


class Nodes(Mapping[Any, Any]):
    """The nodes of a state, by address."""

    def __init__(self, state: System, part: Part) -> None:
        self._state = state
        self._part = part

        with within(state.__settings__.universe):
            self._addresses = list(part.sort)

    def __getitem__(self, address: Any) -> Any:
        if address not in self._addresses:
            raise KeyError(address)
        return node_in(self._state, self._part, address)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._addresses)

    def __len__(self) -> int:
        return len(self._addresses)


class Inside:
    """The place of a node in a state of its system."""

    def __init__(self, state: System, part: Part, address: Any) -> None:
        self.state = state
        self.part = part
        self.address = address

    @property
    def settings(self) -> Settings:
        """The sizes and parameters of the state."""
        return self.state.__settings__

    @property
    def is_up(self) -> bool:
        """Whether the node has not crashed, or has come back since."""
        return failures.is_up(self.state, self.part, self.address)

    @property
    def is_byzantine(self) -> bool:
        """Whether the node may say anything."""
        return byzantine.is_byzantine(self.state, self.part, self.address)

    def get(self, name: str) -> Any:
        """The value of a field, or of a parameter of the run."""
        if name in self.settings.parameters:
            return self.settings.parameters[name]
        held = getattr(self.state, self.part.variable(name))
        return held[self.address] if self.part.is_many else held

    def set(self, name: str, value: Any) -> None:
        """Write a field."""
        if name in self.settings.parameters:
            raise AttributeError(f"parameter `{name}` is fixed by the run")
        changing(self.part.variable(name))
        if self.part.is_many:
            getattr(self.state, self.part.variable(name))[self.address] = value
        else:
            setattr(self.state, self.part.variable(name), value)

    def told(self, question: Question, other: Any) -> bool:
        """What the detector of the run says. Raises TypeError where it does not answer that."""
        return suspicions.answer(self.state, self.part, self.address, question, other)

    def sync(self) -> None:
        """Note what the disk holds from now on."""
        layout, faults = self.state.__layout__, self.state.__faults__
        for name in asked_fields(layout, self.part, faults):
            self.set(asked_name(name), copied(self.get(name)))
        held = () if faults.has_late_disks else synced_fields(layout, self.part, faults)
        if held:
            changing(self.part.variable(SYNC))
        for name in held:
            self.set(synced_name(name), copied(self.get(name)))

    def send(self, message: Message, to: Any) -> None:
        """Put a message into the network. Raises TypeError where nobody takes it."""
        links.send(self.state, self.part, self.address, message, to)


def node_in(state: System, part: Part, address: Any) -> Node[Any]:
    """A node of a state: what is written to it is written to the state."""
    node = object.__new__(part.cls)
    vars(node)["__place__"] = Inside(state, part, address)
    return node


def _nodes(part: Part) -> Callable[[System], Any]:
    def nodes(state: System) -> Any:
        return Nodes(state, part) if part.is_many else node_in(state, part, part.address)

    return nodes


def _step(plan: Plan) -> Callable[..., None]:
    """The step of a plan, as a method of the state."""
    take = {
        "handle": _handle,
        "lie": _hear,
        "crash": failures.crash,
        "byzantine": lies.turn,
        "torn": _torn,
        "restart": failures.restart,
        "amnesia": failures.amnesia,
        "pause": failures.pause,
        "resume": failures.resume,
    }.get(plan.kind)
    about = {
        "lose": failures.lose,
        "forget": failures.forget,
        "duplicate": failures.duplicate,
        "partition": failures.partition,
        "heal": failures.heal,
    }.get(plan.kind)
    names = list(plan.parameters)

    def step(self: System, *positional: Any, **arguments: Any) -> None:
        __tracebackhide__ = True
        given = dict(zip(names, positional, strict=False)) | arguments
        if plan.kind in suspicions.OF_ALL or plan.kind in suspicions.OF_NODES:
            node = None
            if plan.part is not None:
                address = given.pop(ADDRESS) if plan.part.is_many else plan.part.address
                node = node_in(self, plan.part, address)
            suspicions.take(self, plan, node, given)
        elif about is not None:
            about(self, plan, given)
        elif take is not None:
            assert plan.part is not None
            address = given.pop(ADDRESS) if plan.part.is_many else plan.part.address
            take(self, plan, node_in(self, plan.part, address), given)

    step.__name__ = plan.name
    step.__annotations__ = dict(plan.parameters)
    step.__doc__ = None if plan.handler is None else plan.handler.method.__doc__
    step.__indoubt_names__ = plan.names  # type: ignore[attr-defined]  # functions carry attributes
    step.__indoubt_plan__ = plan  # type: ignore[attr-defined]
    return marked(step, plan.role)


def _handle(
    state: System, plan: Plan, node: Node[Any], given: dict[str, Any], run: Callable[..., None] | None = None
) -> None:
    """Run a handler: its guards hold, the message is there, and it leaves the network when the handler has ended."""
    __tracebackhide__ = True
    handler = plan.handler
    assert handler is not None
    taken: Callable[..., None] = handler.method if run is None else run
    enabled_if(is_correct(node), failures.FAILED, node.address)
    enabled_if(not is_paused(state, handler.part, node.address), failures.PAUSED, node.address)
    before = failures.on_late_disk(state, handler.part, node)
    if not handler.messages:
        taken(node, **given)
        failures.keep(node, before)
        failures.begin(state)
        return
    if handler.gathers:
        messages, quorum = handler.parameters[:2]
        found = links.gathered(state, handler, node.address, given[quorum])
        enabled_if(
            all(found[one] for one in given[quorum]), "not everybody in {} has sent such a message", given[quorum]
        )
        taken(node, **{messages: found}, **given)
        failures.keep(node, before)
        failures.begin(state)
        return
    message, sender = (given[name] for name in handler.parameters[:2])
    link = links.link(state, sender, node.address)
    enabled_if(not links.is_cut(state, sender, node.address), CUT, sender, node.address)
    links.require_there(state, link, message, sender, node.address)
    taken(node, **given)
    failures.keep(node, before)
    failures.begin(state)
    if state.__network__.is_consuming:
        links.take(link, message)


def _hear(state: System, plan: Plan, node: Node[Any], given: dict[str, Any]) -> None:
    """Run a handler with what a Byzantine node says."""
    __tracebackhide__ = True
    handler = plan.handler
    assert handler is not None
    message, sender = (given[name] for name in handler.parameters[:2])
    enabled_if(is_correct(node), failures.FAILED, node.address)
    enabled_if(not is_paused(state, handler.part, node.address), failures.PAUSED, node.address)
    enabled_if(not links.is_cut(state, sender, node.address), CUT, sender, node.address)
    lies.require_said(state, handler, node.address, message, sender)
    before = failures.on_late_disk(state, handler.part, node)
    handler.method(node, **given)
    failures.keep(node, before)
    lies.heard(state, handler, node.address, message, sender)
    failures.begin(state)


def _torn(state: System, plan: Plan, node: Node[Any], given: dict[str, Any]) -> None:
    """Run a handler up to a crash in it; its message is received all the same."""
    __tracebackhide__ = True
    handler = plan.handler
    assert handler is not None
    failures.spend(state, "torn")
    require_selected(state, handler.part, node)
    enabled_if(suspicions.may_crash(state, handler.part, node.address), suspicions.NEEDED, node.address)
    crash = torn.crash_of(state, plan, node, given)
    if handler.role.kind == "on_restart":
        come_back = failures.amnesia if is_crash_of_amnesia(plan) else failures.restart
        come_back(state, replace(plan, handler=None), node, {})
        crash.run(node, **given)
    else:
        _handle(state, plan, node, given, crash.run)
    enabled_if(crash.done == crash.after, "the handler does fewer than {} things", crash.after)
    object.__setattr__(state, torn.WHERE, crash.where)
    failures.set_up(state, plan, node, up=False)

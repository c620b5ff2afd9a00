"""What the author of a spec imports."""

from indoubt.specs.language.bounds import Bound
from indoubt.specs.language.collections import Bag, Seq
from indoubt.specs.language.delivery import Link
from indoubt.specs.language.detectors import Detector
from indoubt.specs.language.fairness import strong, weak
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.guards import NotEnabled, expect, require
from indoubt.specs.language.handlers import on_message, on_quorum, on_restart, on_timeout
from indoubt.specs.language.machine import (
    Fault,
    Spec,
    action,
    constraint,
    eventually,
    eventually_always,
    infinitely_often,
    initial,
    invariant,
    leads_to,
    reachable,
    step_invariant,
    view,
)
from indoubt.specs.language.marks import Between, Durable, Index, Parameter
from indoubt.specs.language.network import Network
from indoubt.specs.language.nodes import Node, sent_by
from indoubt.specs.language.partition import Partition
from indoubt.specs.language.quorum_systems import Phase
from indoubt.specs.language.settings import SettingError
from indoubt.specs.language.sorts import Ordered, Quorum, Ring, Sort, before, first, last, quorums
from indoubt.specs.language.systems import System
from indoubt.specs.language.universe import BoundReached, sizes
from indoubt.specs.language.values import Map, Message, Permutation, Record, Set, empty, every, replace

__all__ = [
    "on_timeout",
    "on_restart",
    "on_quorum",
    "on_message",
    "System",
    "Node",
    "Network",
    "Faults",
    "Detector",
    "Durable",
    "Bag",
    "Between",
    "Bound",
    "BoundReached",
    "Fault",
    "Index",
    "Link",
    "Map",
    "Message",
    "NotEnabled",
    "Ordered",
    "Parameter",
    "Partition",
    "Permutation",
    "Phase",
    "Quorum",
    "Record",
    "Ring",
    "Seq",
    "Set",
    "SettingError",
    "Sort",
    "Spec",
    "action",
    "before",
    "constraint",
    "empty",
    "eventually",
    "eventually_always",
    "every",
    "expect",
    "first",
    "infinitely_often",
    "initial",
    "invariant",
    "last",
    "leads_to",
    "quorums",
    "reachable",
    "replace",
    "require",
    "sent_by",
    "sizes",
    "step_invariant",
    "strong",
    "view",
    "weak",
]

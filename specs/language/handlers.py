"""The decorators of the handlers of a node: what makes each run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

from indoubt.specs.language.fairness import Fairness
from indoubt.specs.language.machine import Role, marked

M = TypeVar("M", bound=Callable[..., Any])

HANDLERS = ("on_message", "on_quorum", "on_timeout", "on_restart")
"""The roles of the methods of a node; one without a role is a helper."""


@overload
def on_message(method: M, /) -> M: ...
@overload
def on_message(*, fairness: Fairness | None = None) -> Callable[[M], M]: ...
def on_message(method: M | None = None, /, *, fairness: Fairness | None = None) -> M | Callable[[M], M]:
    """A handler of the messages of a type: `def on_vote(self, vote: Voted, sender: RM) -> None`.

    The first parameter is the message, the second the address of the node that sent it; all further ones are free
    choices. With `fairness=weak()` no message that can be delivered is put off for ever.
    """
    role = Role("on_message", fairness=fairness)
    return (lambda decorated: marked(decorated, role)) if method is None else marked(method, role)


@overload
def on_quorum(method: M, /) -> M: ...
@overload
def on_quorum(*, fairness: Fairness | None = None) -> Callable[[M], M]: ...
def on_quorum(method: M | None = None, /, *, fairness: Fairness | None = None) -> M | Callable[[M], M]:
    """A handler of the messages of a quorum, which it reads together, in one step.

    `def on_promises(self, promises: Map[Acceptor, Set[Promise]], quorum: Quorum[Acceptor]) -> None` may run when every
    member of the quorum has sent a promise to this node: `promises[a]` are those of `a`, and none for who is no member.
    All further parameters are free choices. With `fairness=weak()` no node may put it off for ever.
    """
    role = Role("on_quorum", fairness=fairness)
    return (lambda decorated: marked(decorated, role)) if method is None else marked(method, role)


@overload
def on_timeout(method: M, /) -> M: ...
@overload
def on_timeout(*, fairness: Fairness | None = None) -> Callable[[M], M]: ...
def on_timeout(method: M | None = None, /, *, fairness: Fairness | None = None) -> M | Callable[[M], M]:
    """A handler that may run whenever its guard holds: an adversarial clock. Its parameters are free choices.

    With `fairness=weak()` no node may put it off for ever.
    """
    role = Role("on_timeout", fairness=fairness)
    return (lambda decorated: marked(decorated, role)) if method is None else marked(method, role)


def on_restart(method: M, /) -> M:
    """What a node does first when it comes back after a crash, with its durable fields alone. It has no guards."""
    return marked(method, Role("on_restart"))

"""A lock server: servers, each with one lock, which clients acquire and release.

Source: the example `lockserv` of Verdi (Wilcox et al., "Verdi: A Framework for Implementing and Formally Verifying
Distributed Systems", PLDI 2015), as Ivy's first example has it (Padon et al., PLDI 2016): a client and a server are
linked while the client holds the lock. Messages make it a protocol: a grant is on its way to one client, or a release
on its way back, and only one of grant, link and release exists for a lock. Proved for every number of clients and
servers by `indoubt prove lock_server`.

``GenerousLockServer`` is the broken variant: it grants a lock that it does not have, and two clients hold it in a trace
of 5 states.
"""

from indoubt.specs.language import (
    Map,
    Message,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    invariant,
    reachable,
    require,
)


class Client(Sort):
    """Who wants a lock."""


class Server(Sort):
    """Who has one."""


class Grant(Message):
    """The lock of `server` goes to `client`."""

    server: Server
    client: Client


class Release(Message):
    """The lock of `server` comes back from `client`."""

    server: Server
    client: Client


class LockServer(Spec):
    """Locks that travel in messages."""

    at_home: Map[Server, bool] = every(True)
    """Whether a server has its lock."""
    held: Map[Server, Set[Client]] = every(empty())
    """The clients that hold the lock of a server."""
    grants: Set[Grant] = empty()
    releases: Set[Release] = empty()

    @action
    def grant(self, s: Server, c: Client) -> None:
        """A server sends its lock to a client."""
        require(self.at_home[s])
        self.at_home[s] = False
        self.grants.add(Grant(s, c))

    @action
    def acquire(self, m: Grant) -> None:
        """A client receives a lock."""
        require(m in self.grants)
        self.grants.discard(m)
        self.held[m.server].add(m.client)

    @action
    def release(self, s: Server, c: Client) -> None:
        """A client sends a lock back."""
        require(c in self.held[s])
        self.held[s].discard(c)
        self.releases.add(Release(s, c))

    @action
    def take_back(self, m: Release) -> None:
        """A server has its lock again."""
        require(m in self.releases)
        self.releases.discard(m)
        self.at_home[m.server] = True

    @invariant
    def mutual_exclusion(self) -> bool:
        """No two clients hold the same lock."""
        return all(c == d for s in Server for c in self.held[s] for d in self.held[s])

    @invariant
    def at_home_or_nowhere_else(self) -> bool:
        """A lock that its server has is not with a client, nor on its way."""
        return all(
            (all(c not in self.held[s] for c in Client))
            and all(m.server != s for m in self.grants)
            and all(m.server != s for m in self.releases)
            for s in Server
            if self.at_home[s]
        )

    @invariant
    def one_grant(self) -> bool:
        """A lock is on its way to one client only, and then with nobody, and not on its way back."""
        return all(
            all(n.client == m.client for n in self.grants if n.server == m.server)
            and all(c not in self.held[m.server] for c in Client)
            and all(n.server != m.server for n in self.releases)
            for m in self.grants
        )

    @invariant
    def one_release(self) -> bool:
        """A lock is on its way back from one client only, and then with nobody."""
        return all(
            all(n.client == m.client for n in self.releases if n.server == m.server)
            and all(c not in self.held[m.server] for c in Client)
            for m in self.releases
        )

    @reachable
    def somebody_holds_a_lock(self) -> bool:
        """A client can get a lock."""
        return any(c in self.held[s] for s in Server for c in Client)


class GenerousLockServer(LockServer):
    """Broken on purpose: a server sends its lock whether it has it or not."""

    @action
    def grant(self, s: Server, c: Client) -> None:
        """A server sends its lock to a client."""
        self.at_home[s] = False
        self.grants.add(Grant(s, c))

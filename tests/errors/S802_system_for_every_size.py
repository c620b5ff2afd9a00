# $ indoubt prove S802_system_for_every_size.py
# Nodes send in loops; the caret stands where the author sends, and not at the line before.
from __future__ import annotations

from indoubt.specs.language import Map, Message, Node, Sort, System, invariant, on_message, on_timeout, require


class Server(Sort): ...


class Ping(Message): ...


class Pinging(Node[Server]):
    sent: bool = False
    heard: bool = False

    @on_timeout
    def ping(self) -> None:
        require(not self.sent)
        self.sent = True
        self.broadcast(Ping(), to=Server)

    @on_message
    def on_ping(self, message: Ping, sender: Server) -> None:
        self.heard = True


class Pings(System):
    servers: Map[Server, Pinging]

    @invariant
    def heard_what_was_sent(self) -> bool:
        return not any(s.heard for s in self.servers.values()) or any(s.sent for s in self.servers.values())

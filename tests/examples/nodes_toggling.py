"""A lamp that each message turns on or off: it comes to rest if what is sent once is delivered finitely often."""

from __future__ import annotations

from indoubt.specs.language import Message, Node, Sort, System, eventually, on_message, on_timeout, require, weak


class Finger(Sort, size=1): ...


class Lamp(Sort, size=1): ...


class Press(Message): ...


class Pressing(Node[Finger]):
    has_pressed: bool = False

    @on_timeout
    def press(self) -> None:
        require(not self.has_pressed)
        self.has_pressed = True
        self.broadcast(Press(), to=Lamp)


class Shining(Node[Lamp]):
    is_on: bool = False
    is_noticed: bool = False

    @on_message
    def on_press(self, press: Press, sender: Finger) -> None:
        self.is_on = not self.is_on

    @on_timeout(fairness=weak())
    def notice_light(self) -> None:
        require(self.is_on)
        self.is_noticed = True

    @on_timeout(fairness=weak())
    def notice_dark(self) -> None:
        require(not self.is_on)
        self.is_noticed = True


class Toggling(System):
    finger: Pressing
    lamp: Shining

    @eventually
    def noticed(self) -> bool:
        """The lamp stays on, or off, long enough to be noticed."""
        return self.lamp.is_noticed

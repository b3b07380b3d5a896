"""A server on a string: it says what the test says, when the test says so."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager


class Puppet:
    """One connection, opened by `greet`."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(20)
        self._link: socket.socket | None = None
        self.heard = b""
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"

    def greet(self, text: bytes = b"220 mail.test ready\r\n") -> None:
        """Take the connection and say the first line."""
        self._link, _ = self._listener.accept()
        self._link.settimeout(20)
        self.say(text)

    def say(self, data: bytes) -> None:
        assert self._link is not None
        self._link.sendall(data)

    def hear(self, data: bytes) -> None:
        """Wait until the client has said *data*, and nothing behind it."""
        assert self._link is not None
        while not self.heard.endswith(data):
            came = self._link.recv(65536)
            assert came, f"hung up after {self.heard!r}, {data!r} was expected"
            self.heard += came

    def hear_end(self) -> None:
        """Wait until the client has hung up."""
        assert self._link is not None
        try:
            while came := self._link.recv(65536):
                self.heard += came
        except ConnectionResetError:
            pass

    def hang_up(self, *, reset: bool = False) -> None:
        """End the connection; *reset* tears it down (RST) instead of closing it (FIN)."""
        assert self._link is not None
        if reset:
            self._link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._link.close()

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
        self._listener.close()


@contextmanager
def puppet() -> Iterator[Puppet]:
    """A Puppet that is cleared away afterwards."""
    made = Puppet()
    try:
        yield made
    finally:
        made.close()

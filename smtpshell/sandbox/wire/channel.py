"""The socket of one client: who reads it and when, into what, and how it is cut off.

Every connection of a server reads into one buffer that they all share, for what comes in is used up
before its loop reads anything else (asyncio's own Protocol would have each read map and unmap
memory, at three times the price). Another server has a buffer of its own: its loop may run in
another thread, at this very moment.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from smtpshell.sandbox.mind.responder import Responder
    from smtpshell.sandbox.wire.reading import Readers

_ROOM = 256 * 1024  # octets that are read at a time
_LITTLE_ROOM = 32 * 1024  # and where commands come

# Who comes with one letter is gone after six reads. To change readers does not pay for them, and
# where all are answered at once there is too often nobody left, and both sides fall asleep.
_FEW = 8


class Room(NamedTuple):
    """What the connections of one server read into: *whole*, or the *little* of it.

    A command needs little room, and a client that sends endless lines is not to get more.
    """

    whole: memoryview
    little: memoryview


def new_room() -> Room:
    """Room for the connections of one more server."""
    whole = memoryview(bytearray(_ROOM))
    return Room(whole, whole[:_LITTLE_ROOM])


class Channel(asyncio.BufferedProtocol):
    """The socket through which the *responder* is talked to; what comes goes to `hear`."""

    __slots__ = (
        "_full",
        "_little",
        "_number",
        "_offered",
        "_readers",
        "_reads",
        "_transport",
        "_whole",
        "responder",
    )

    def __init__(self, responder: Responder, room: Room, readers: Readers | None) -> None:
        self.responder = responder
        self._whole, self._little = room
        self._transport: asyncio.Transport | None = None
        self._full = False  # the client does not read as fast as we write
        self._offered = readers  # who would say when to read, once the session has gone on
        self._reads = 0  # until then
        self._readers: Readers | None = None  # who says so; None: asyncio reads
        self._number = -1  # of the socket while they do

    def hear(self, data: bytes) -> None:
        """The client sent *data*."""
        raise NotImplementedError

    def abort(self) -> None:
        """Close it now; what was not sent yet is lost."""
        if self._transport is not None:
            self._transport.abort()

    def write(self, data: bytes) -> None:
        """Send *data* after all that was to be sent before."""
        transport = self._transport
        if transport is None:
            return
        if self._number >= 0 and not transport.get_write_buffer_size():
            try:
                sent = os.write(self._number, data)
            except OSError:
                sent = 0  # asyncio will come to the same, and knows what to do then
            if sent == len(data):
                return
            data = data[sent:]
        transport.write(data)

    # ------------------------------------------------------------ reading

    def read_ready(self) -> None:
        """There is something to read, or an end of it: what `readers` say."""
        room = self._little if self.responder.reader is None else self._whole
        try:
            octets = os.readv(self._number, [room])
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._leave_readers()
            self.abort()
            return
        if octets:
            self.hear(room[:octets].tobytes())
        elif self._transport is not None:
            self._leave_readers()
            self._transport.close()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._little if self.responder.reader is None else self._whole

    def buffer_updated(self, nbytes: int) -> None:
        self.hear(self._whole[:nbytes].tobytes())
        if self._offered is not None:
            self._reads += 1
            if self._reads >= _FEW:
                self._change_readers()

    def pause_writing(self) -> None:
        self._full = True
        self._pause()

    def _change_readers(self) -> None:
        """From now on the readers say when to read, if there is anything to be read at all."""
        transport = self._transport
        if transport is not None and transport.is_reading():
            transport.pause_reading()
            self._readers, self._offered = self._offered, None
            self._read_on()

    def _let_asyncio_read(self) -> None:
        """From now on, and for good; when it is told to."""
        self._pause()
        self._readers = self._offered = None

    def _read_on(self) -> None:
        """Read what comes, from now on."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if self._readers is None:
            transport.resume_reading()
        elif self._number < 0:
            self._number = transport.get_extra_info("socket").fileno()
            self._readers.add(self._number, self)

    def _pause(self) -> None:
        """Leave what comes where it is."""
        if self._readers is not None:
            self._leave_readers()
        elif self._transport is not None:
            self._transport.pause_reading()

    def _leave_readers(self) -> None:
        """Before the socket is closed, for the next one may have its number."""
        number, self._number = self._number, -1
        if self._readers is not None and number >= 0:
            self._readers.remove(number)


def cut(transport: asyncio.Transport) -> None:
    """End the connection with a TCP reset. What was written is on its way or lost."""
    channel = transport.get_extra_info("socket")
    if channel is not None and channel.family in (socket.AF_INET, socket.AF_INET6):
        # No lingering: close() throws away what is left and resets.
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()

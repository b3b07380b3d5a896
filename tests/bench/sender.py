"""Clients in great number, all in this process: letters, idle sessions, a busy classroom."""

from __future__ import annotations

import random
import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.bench.serve import RECIPIENT

_AT_A_TIME = 200  # sessions that are being opened
_PATIENCE = 20.0  # seconds


class StalledError(Exception):
    """A server does not answer any more."""


def _reply_is_whole(data: bytes) -> bool:
    """Is the last line of *data* the end of a reply?"""
    last = data.rstrip(b"\r\n").rpartition(b"\n")[2]
    return data.endswith(b"\r\n") and last[3:4] in (b" ", b"")


class Arrivals:
    """Sessions with the server at *port* that are being opened, greeted by EHLO; all in `links`."""

    def __init__(self, port: int) -> None:
        self.links: list[socket.socket] = []
        self._port = port
        self._poll = select.epoll()
        self._opening: dict[int, tuple[socket.socket, bytes]] = {}

    @property
    def opening(self) -> int:
        """How many are not there yet."""
        return len(self._opening)

    def begin(self) -> None:
        """Begin one more."""
        link = socket.socket()
        link.setblocking(False)
        link.connect_ex(("127.0.0.1", self._port))
        self._opening[link.fileno()] = (link, b"")
        self._poll.register(link.fileno(), select.EPOLLIN)
        self.links.append(link)

    def go_on(self, seconds: float) -> None:
        """Wait that long for something to come, and answer it."""
        events = self._poll.poll(seconds)
        if seconds and not events:
            raise StalledError(f"with {len(self.links) - self.opening} sessions open")
        for number, _ in events:
            link, before = self._opening[number]
            data = before + link.recv(4096)
            if not data.startswith(b"2"):
                raise StalledError(f"{data!r} with {len(self.links) - self.opening} sessions open")
            self._opening[number] = (link, data)
            if data.startswith(b"220") and _reply_is_whole(data):
                link.send(b"EHLO client.office.test\r\n")
                self._opening[number] = (link, b"")
            elif data.startswith(b"250") and _reply_is_whole(data):
                self._poll.unregister(number)
                del self._opening[number]

    def come_in(self, count: int) -> None:
        """See to it that so many are there in all."""
        while len(self.links) < count or self._opening:
            while len(self.links) < count and self.opening < _AT_A_TIME:
                self.begin()
            self.go_on(_PATIENCE)

    def close(self) -> None:
        """Close them all."""
        self._poll.close()
        for link in self.links:
            link.close()


@contextmanager
def arrivals(port: int, count: int) -> Iterator[Arrivals]:
    """So many sessions with the server at *port*, which may become more; closed afterwards."""
    found = Arrivals(port)
    try:
        found.come_in(count)
        yield found
    finally:
        found.close()


@contextmanager
def sessions(port: int, count: int) -> Iterator[list[socket.socket]]:
    """So many sessions with the server at *port*, greeted by EHLO; closed afterwards."""
    with arrivals(port, count) as found:
        yield found.links


# -- letters whose addresses were never seen before


def _cases(number: int) -> bytes:
    """The recipient's address with capitals where *number* has ones: still the same mailbox."""
    letters = []
    for letter in RECIPIENT:
        if letter.isalpha():
            letters.append(letter.upper() if number & 1 else letter)
            number >>= 1
        else:
            letters.append(letter)
    return "".join(letters).encode()


def _turns(number: int, body: bytes) -> tuple[bytes, ...]:
    """What a client says, in turn, to hand over letter *number*."""
    return (
        b"MAIL FROM:<learner%d@desk%d.test>\r\n" % (number, number % 977),
        b"RCPT TO:<" + _cases(number) + b">\r\n",
        b"DATA\r\n",
        body,
    )


def letter(octets: int) -> bytes:
    """A letter of about so many octets as it goes over the wire, the lone dot included."""
    head = b"From: <dora@office.test>\r\nTo: <ana@office.test>\r\nSubject: load\r\n\r\n"
    line = b"x" * 78 + b"\r\n"
    return head + line * max(1, (octets - len(head)) // len(line)) + b".\r\n"


def send_distinct(port: int, links: int, count: int, octets: int, first: int) -> float:
    """Hand over *count* letters by so many sessions, each with addresses of its own.

    The numbers of the addresses begin at *first*. The seconds it took, opening not counted.
    """
    body = letter(octets)
    letters = iter([_turns(first + number, body) for number in range(count)])
    with sessions(port, links) as opened:
        poll = select.epoll(links)
        work: dict[int, tuple[socket.socket, Iterator[bytes]]] = {}
        began = time.perf_counter()
        for link in opened:
            turns = iter(next(letters, ()))
            work[link.fileno()] = (link, turns)
            poll.register(link.fileno(), select.EPOLLIN)
            link.send(next(turns, b"NOOP\r\n"))
        busy = len(work)
        while busy:
            events = poll.poll(_PATIENCE)
            if not events:
                raise StalledError(f"with {busy} sessions at work")
            for number, _ in events:
                link, turns = work[number]
                reply = link.recv(4096)
                if reply[:1] not in (b"2", b"3"):
                    raise StalledError(f"refused: {reply!r}")
                said = next(turns, None)
                if said is None:
                    turns = iter(next(letters, ()))
                    work[number] = (link, turns)
                    said = next(turns, None)
                if said is None:
                    busy -= 1
                else:
                    link.send(said)
        seconds = time.perf_counter() - began
        poll.close()
    return seconds


# -- a classroom


def noops_while_coming_in(found: Arrivals, count: int, rate: int, seconds: float) -> list[float]:
    """The same said in the sessions *found* while others come in until there are *count* in all."""
    began, there = time.perf_counter(), len(found.links)
    more = (count - there) / seconds  # a second

    def bring_in() -> None:
        due = min(count, there + int((time.perf_counter() - began) * more))
        if len(found.links) < due and found.opening < _AT_A_TIME:
            found.begin()
        found.go_on(0)

    replies = noops(found.links[:], rate, seconds, bring_in)
    found.come_in(count)
    return replies


def noops(
    links: list[socket.socket],
    rate: int,
    seconds: float,
    meanwhile: Callable[[], None] = lambda: None,
) -> list[float]:
    """Milliseconds from when each NOOP was due to its reply, *rate* of them a second.

    The clock runs from the moment planned, not from the one of sending, so that a server's pause
    counts for everybody who had to wait (no coordinated omission).
    """
    poll = select.epoll(len(links))
    by_number = {link.fileno(): link for link in links}
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    numbers, chance = list(by_number), random.Random(7)
    found: list[float] = []
    waiting: dict[int, float] = {}
    due = time.perf_counter()
    end = due + seconds
    while (now := time.perf_counter()) < end or waiting:
        if now > end + _PATIENCE:
            raise StalledError(f"{len(waiting)} NOOPs without a reply")
        while due <= now and due < end:
            number = chance.choice(numbers)
            if number not in waiting:
                by_number[number].send(b"NOOP\r\n")
                waiting[number] = due
            due += 1 / rate
        meanwhile()
        for number, _ in poll.poll(0):  # busily: to sleep would add the timer's own grain
            by_number[number].recv(4096)
            if number in waiting:
                found.append((time.perf_counter() - waiting.pop(number)) * 1000)
    poll.close()
    return found

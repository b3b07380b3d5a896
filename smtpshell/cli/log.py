"""Telling what goes on at a practice server, in a thread of its own.

The server only puts down what it heard; choosing words and waiting for who reads them takes longer
than a session may be held up. What cannot be told as fast as it happens is counted, not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Thread
from typing import Protocol

from smtpshell.sandbox.record import CHUNK, LETTER, SERVER
from smtpshell.sandbox.standing import Move
from smtpshell.sandbox.witness import Heard

MOST_WAITING = 50_000  # things that were heard and not told yet
LONGEST = 64 * 1024  # octets of a letter that are told
LONGEST_WAIT = 5.0  # seconds for the last words

OK, NOBODY_READS = 0, 141


class Teller(Protocol):
    """How it is told. *octets* is how many a letter had, of which the beginning was heard."""

    def tell(self, heard: Heard, octets: int) -> None: ...

    def left_out(self, count: int) -> None: ...


class Log:
    """What is heard goes in by `hear`; *gone* is called when nobody reads any more."""

    def __init__(self, teller: Teller, gone: Callable[[], object]) -> None:
        self._teller = teller
        self._gone = gone
        self._heard: SimpleQueue[tuple[Heard, int] | None] = SimpleQueue()
        self._left_out = 0
        self.status = OK
        self._thread = Thread(target=self._run, name="smtpshell log", daemon=True)
        self._thread.start()

    def hear(self, heard: Heard) -> None:
        """Something happened."""
        if self._heard.qsize() >= MOST_WAITING:
            self._left_out += 1
            return
        octets = len(heard.data)
        if octets > LONGEST and heard.kind in (LETTER, CHUNK):
            heard = heard._replace(data=heard.data[:LONGEST])
        self._heard.put((heard, octets))

    def close(self) -> None:
        """Nothing more happens; wait for what there is to be told."""
        self._heard.put(None)
        self._thread.join(LONGEST_WAIT)

    def _run(self) -> None:
        try:
            while (item := self._heard.get()) is not None:
                if self._left_out:
                    count, self._left_out = self._left_out, 0
                    self._teller.left_out(count)
                self._teller.tell(*item)
        except OSError:  # a closed pipe, a full disk
            self.status = NOBODY_READS
            self._gone()


def refusals(heard: Heard) -> list[tuple[bytes, Move | None]]:
    """The replies in what was heard, each with the judgement it came from if it is a refusal."""
    said = heard.data if heard.kind == SERVER else heard.reply
    replies = list(_replies(said))
    moves = list(heard.moves)
    found: list[tuple[bytes, Move | None]] = []
    for reply in reversed(replies):  # the last judgement has spoken last
        move = None
        if reply[:1] in (b"4", b"5") and moves:
            move = moves[-1]
            # Several replies can come from one judgement: LMTP gives one a recipient.
            if len(moves) > 1 and len(found) + 1 < len(replies) and moves[-2].wire != move.wire:
                moves.pop()
        found.append((reply, move))
    found.reverse()
    return found


def _replies(said: bytes) -> Iterator[bytes]:
    """*said*, cut behind each last line of a reply."""
    begun = b""
    for line in said.splitlines(keepends=True):
        begun += line
        if line[3:4] != b"-":
            yield begun
            begun = b""
    if begun:
        yield begun

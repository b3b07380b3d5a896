"""Telling what goes on at a practice server, in a thread of its own.

The server only puts down what it heard; choosing words and waiting for who reads them takes longer
than a session may be held up. What cannot be told as fast as it happens is counted, not kept.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Protocol

from smtpshell.sandbox.mind.record import CHUNK, LETTER, SERVER
from smtpshell.sandbox.mind.standing import Move
from smtpshell.sandbox.wire.witness import Heard
from smtpshell.sandbox.world.happening import Happening

MOST_WAITING = 50_000  # things that were heard and not told yet
MOST_OCTETS = 64 * 1024 * 1024  # in them
LONGEST = 64 * 1024  # octets of a letter that are told
MOST_SESSIONS = 2000  # followed at a time, should the end of some not have been heard
LONGEST_WAIT = 5.0  # seconds for the last words
BREAK_OFF = 1.0  # seconds to leave off in

OK, NOBODY_READS = 0, 141

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_log = logging.getLogger(__name__)


class Teller(Protocol):
    """How it is told. *octets* is how many a letter had, of which the beginning was heard."""

    def tell(self, heard: Heard, octets: int) -> None: ...

    def happened(self, found: Sequence[Happening]) -> None: ...

    def left_out(self, count: int) -> None: ...


class Log:
    """What is heard goes in by `hear`; *gone* is called when nobody reads any more."""

    def __init__(self, teller: Teller, gone: Callable[[], object]) -> None:
        self._teller = teller
        self._gone = gone
        self._heard: SimpleQueue[tuple[Heard, int] | list[Happening] | None] = SimpleQueue()
        self._left_out = 0
        self._put = 0  # octets; each of the two is changed in one thread alone
        self._taken = 0
        self._enough = False
        self.status = OK
        self._thread = Thread(target=self._run, name="smtpshell log", daemon=True)
        self._thread.start()

    def hear(self, heard: Heard) -> None:
        """Something happened."""
        waiting = self._put - self._taken
        if self._heard.qsize() >= MOST_WAITING or waiting >= MOST_OCTETS:
            self._left_out += 1
            return
        octets = len(heard.data)
        if octets > LONGEST and heard.kind in (LETTER, CHUNK):
            heard = heard._replace(data=heard.data[:LONGEST])
        self._put += len(heard.data) + len(heard.reply)
        self._heard.put((heard, octets))

    def happened(self, found: list[Happening]) -> None:
        """Something happened to letters, perhaps long after the session that brought them."""
        if found and self._heard.qsize() < MOST_WAITING:
            self._heard.put(found)

    def close(self) -> None:
        """Nothing more happens; wait for what there is to be told, but not for ever.

        The thread must not be at work when the interpreter ends, which would end it in mid-air. One
        that waits for a reader who does not read is harmless.
        """
        self._heard.put(None)
        self._thread.join(LONGEST_WAIT)
        self._enough = True
        self._thread.join(BREAK_OFF)

    def _run(self) -> None:
        try:
            while (item := self._heard.get()) is not None:
                if self._left_out:
                    count, self._left_out = self._left_out, 0
                    self._teller.left_out(count)
                if self._enough:
                    self._teller.left_out(self._heard.qsize())  # None is in there: item is not
                    return
                if isinstance(item, list):
                    self._teller.happened(item)
                    continue
                self._tell(*item)
                self._taken += len(item[0].data) + len(item[0].reply)
        except OSError:  # a closed pipe, a full disk
            self.status = NOBODY_READS
            self._gone()

    def _tell(self, heard: Heard, octets: int) -> None:
        try:
            self._teller.tell(heard, octets)
        except OSError:
            raise
        except Exception:  # one thing that cannot be told is no reason to say no more
            _log.exception("the log broke")


def refusals(heard: Heard) -> list[tuple[bytes, Move | None]]:
    """The replies in what was heard, each with the judgement it came from if it is a refusal."""
    said = heard.data if heard.kind == SERVER else heard.reply
    replies = list(_replies(said))
    unsaid = [move.wire for move in heard.moves]
    last = len(unsaid) - 1
    found: list[tuple[bytes, Move | None]] = []
    for reply in reversed(replies):  # the last judgement has spoken last, perhaps several times
        speaker = next((at for at in range(last, -1, -1) if unsaid[at].endswith(reply)), None)
        if speaker is not None:
            last = speaker
            unsaid[speaker] = unsaid[speaker].removesuffix(reply)
        refused = reply[:1] in (b"4", b"5") and heard.moves
        found.append((reply, heard.moves[-1 if speaker is None else speaker] if refused else None))
    found.reverse()
    return found


def _replies(said: bytes) -> Iterator[bytes]:
    """*said*, cut behind each last line of a reply."""
    begun = b""
    for line in _LINE.findall(said):
        begun += line
        if line[3:4] != b"-":
            yield begun
            begun = b""
    if begun:
        yield begun
